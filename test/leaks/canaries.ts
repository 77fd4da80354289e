/** What must be found nowhere: the values, and the forms in which they could slip through. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  // Base64 depends on where the value starts: its inner part, for each of the three alignments.
  const encoded = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  const forms = [
    value,
    encodeURIComponent(value),
    bytes.toString('hex'),
    bytes.toString('latin1'),
    ...encoded,
  ];
  return [...new Set(forms.map((form) => form.toLowerCase()))].filter((form) => form.length >= 6);
}

/** Which canaries stand in which texts: names of canaries, never the texts. */
export function findCanaries(texts: readonly string[], canaries: Readonly<Record<string, string>>): string[] {
  const lowered = texts.map((text) => text.toLowerCase());
  return Object.entries(canaries).flatMap(([name, value]) =>
    formsOf(value).some((form) => lowered.some((text) => text.includes(form))) ? [name] : [],
  );
}
