/** Paths as a tree of folders and files, with what `note` says of a path behind it. */
export function treeOf(
  root: string,
  paths: Iterable<string>,
  note: (path: string) => string = () => '',
): string[] {
  return [`${root}/`, ...branches([...paths].sort(), '', '', note)];
}

function branches(
  paths: readonly string[],
  folder: string,
  indent: string,
  note: (path: string) => string,
): string[] {
  const names = [...new Set(paths.map((path) => path.slice(folder.length).split('/')[0] ?? ''))];
  return names.flatMap((name, position) => {
    const path = `${folder}${name}`;
    const isLast = position === names.length - 1;
    const own = `${indent}${isLast ? '└── ' : '├── '}`;
    const inside = paths.filter((one) => one.startsWith(`${path}/`));
    if (inside.length === 0) return [`${own}${name}  ${note(path)}`.trimEnd()];
    const deeper = branches(inside, `${path}/`, `${indent}${isLast ? '    ' : '│   '}`, note);
    return [`${own}${name}/  ${note(`${path}/`)}`.trimEnd(), ...deeper];
  });
}
