/** Control characters (C0, DEL, C1), of which only tab and line breaks belong in text, and halves of surrogate pairs. */
const control = /[^\P{Cc}\t\n\r]/u;

/** Whether text can be written in UTF-8, JSON, CSV and HTML and come back the same, and hides no terminal codes. */
export const isCleanText = (text: string): boolean => text.isWellFormed() && !control.test(text);
