import { expect, it } from 'vitest';
import { receiptContent } from '#infra/local/play/receipt.ts';
import { showReceipt } from '#infra/local/play/show-receipt.ts';
import { createShow } from '#infra/local/play/show.ts';
import { exampleContent } from '#test/shared/receipts/example-receipt.ts';

it('A9: the play says of each remaining copy until when it can exist, and what ends it', () => {
  const lines: string[] = [];
  const show = createShow({ isTTY: false, write: (text: string) => lines.push(text) > 0 });
  const content = receiptContent.parse(exampleContent());
  showReceipt({ show }, content);

  const endings = {
    service: 'the service that holds it',
    run: 'a scheduled run',
    person: 'a person: no program does it yet',
  };
  expect(content.remainingCopies.length).toBeGreaterThan(5);
  for (const { what, endedBy } of content.remainingCopies) {
    const [line] = lines.filter((one) => one.startsWith(`   ${what} `) && one.includes(endings[endedBy]));
    expect(line).toMatch(/ (\d{4}-\d\d-\d\d \d\d:\d\d UTC|while retained) /);
  }
});
