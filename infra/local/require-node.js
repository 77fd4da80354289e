// Plain JavaScript on purpose: a Node too old for this project cannot read TypeScript, so nothing else could say so.
import process from 'node:process';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major !== 24) {
  process.stderr.write(
    `This needs Node 24, and ${process.version} runs it. On Linux npm ci brings Node 24 along; elsewhere install it first.\n`,
  );
  process.exitCode = 1;
}
