// What the segmentation explorer counts; nothing here knows of the page. Masks are flat arrays.

export const PER_CENT = 100;

/** A mask as base64 text of its bits, the first pixel in the highest bit of the first byte. */
export function textOfMask(mask) {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8));
  mask.forEach((value, i) => (bytes[i >> 3] |= value << (7 - (i & 7))));
  let characters = "";
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}

export function maskOfText(text, length) {
  const bytes = atob(text);
  return Uint8Array.from({ length }, (_, i) => (bytes.charCodeAt(i >> 3) >> (7 - (i & 7))) & 1);
}

/** 1 where a pixel's probability reaches the threshold, both in whole per cent. */
export function maskAt(levels, percent) {
  return levels.map((level) => (level >= percent ? 1 : 0));
}

export function countsOf(truth, mask) {
  const counts = { hits: 0, falsePositives: 0, misses: 0, rest: 0 };
  for (let i = 0; i < truth.length; i++) {
    if (mask[i]) counts[truth[i] ? "hits" : "falsePositives"]++;
    else counts[truth[i] ? "misses" : "rest"]++;
  }
  return counts;
}

/** Dice and IoU as the fractions that they are; a whole of 0 means that they are not defined. */
export function scoresOf({ hits, falsePositives, misses }) {
  const union = hits + falsePositives + misses;
  return { dice: { part: 2 * hits, whole: hits + union }, iou: { part: hits, whole: union } };
}

/** The counts at every threshold from 0 to 100 per cent, in one pass over the pixels. */
export function countsByThreshold(truth, levels) {
  const [inside, outside] = [0, 1].map(() => new Array(PER_CENT + 2).fill(0));
  levels.forEach((level, i) => (truth[i] ? inside : outside)[level]++);
  for (let percent = PER_CENT; percent >= 0; percent--) {
    inside[percent] += inside[percent + 1];
    outside[percent] += outside[percent + 1];
  }
  return Array.from({ length: PER_CENT + 1 }, (_, percent) => ({
    hits: inside[percent],
    falsePositives: outside[percent],
    misses: inside[0] - inside[percent],
    rest: outside[0] - outside[percent],
  }));
}

/** Set every pixel whose centre lies within the brush, a disc `width` pixels wide. */
export function stamp(mask, { rows, columns }, [row, column], width, value) {
  const reach = (width - 1) / 2;
  for (let y = Math.max(row - reach, 0); y <= Math.min(row + reach, rows - 1); y++)
    for (let x = Math.max(column - reach, 0); x <= Math.min(column + reach, columns - 1); x++)
      if ((y - row) ** 2 + (x - column) ** 2 <= (width / 2) ** 2) mask[y * columns + x] = value;
}

/** The pixels of a straight line, so that a quick pointer leaves no gaps. */
export function lineOf([fromRow, fromColumn], [toRow, toColumn]) {
  const steps = Math.max(Math.abs(toRow - fromRow), Math.abs(toColumn - fromColumn), 1);
  return Array.from({ length: steps + 1 }, (_, i) => [
    Math.round(fromRow + ((toRow - fromRow) * i) / steps),
    Math.round(fromColumn + ((toColumn - fromColumn) * i) / steps),
  ]);
}
