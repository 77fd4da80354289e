import path from 'node:path';

/** The floors of the house, from the top. Imports go down, or stay on one floor. */
const order = [
  ['functions'],
  ['bundle', 'receipts', 'identity'],
  ['requests'],
  ['retention', 'places'],
  ['vault'],
  ['keys', 'profiles', 'consent', 'sites', 'ledger'],
  ['data-map', 'signing', 'messages', 'disclosures', 'notices', 'aws', 'http', 'observability'],
];
const floorOf = (room) => order.findIndex((rooms) => rooms.includes(room));

/** `shared/vault/x.ts` is in room `vault`, `functions/...` in room `functions`; infra and test are outside the house. */
function roomOf(file) {
  const [top, second] = file.split('/');
  if (top === 'functions') return 'functions';
  return top === 'shared' ? second : undefined;
}

function targetOf(source, from) {
  if (source.startsWith('#')) return source.slice(1);
  return source.startsWith('.') ? path.posix.join(path.posix.dirname(from), source) : undefined;
}

function complaint(from, target) {
  const [top] = from.split('/');
  if (top === 'infra') {
    if (from.startsWith('infra/local/play/') && !target.startsWith('infra/local/play/'))
      return 'the play imports nothing of the product';
    const contract =
      target.endsWith('/environment.ts') ||
      target.endsWith('/contract.ts') ||
      target.endsWith('/contracts.ts');
    const name = target.endsWith('/names.ts');
    if (/^(shared|functions)\//.test(target) && !contract && !name)
      return 'infra imports only environments, contracts and names';
    return undefined;
  }
  if (top !== 'functions' && top !== 'shared') return undefined;
  if (/^(infra|test)\//.test(target)) return `${top} imports nothing from infra or test`;
  const here = floorOf(roomOf(from));
  const there = floorOf(roomOf(target));
  if (here < 0 && roomOf(from)) return `room ${roomOf(from)} is on no floor`;
  if (there < 0) return `room ${roomOf(target) ?? target} is on no floor`;
  return there < here ? `${roomOf(from)} is below ${roomOf(target)}: imports go down` : undefined;
}

export const floors = {
  meta: { type: 'problem', messages: { up: '{{complaint}}' }, schema: [] },
  create(context) {
    const from = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const check = (node) => {
      const target = node.source ? targetOf(node.source.value, from) : undefined;
      const found = target ? complaint(from, target) : undefined;
      if (found) context.report({ node, messageId: 'up', data: { complaint: found } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};
