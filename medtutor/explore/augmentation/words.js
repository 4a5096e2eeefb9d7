// What the augmentation explorer says: pure functions from numbers to sentences.

const HALVES = {
  left: "in the left half of the picture",
  right: "in the right half of the picture",
  both: "in both halves",
  none: "no longer there",
};

function lesionInWords(before, after, shareLost, between) {
  if (before === "none") return "There is no lesion on this slice.";
  const where =
    before === after
      ? `The lesion is ${HALVES[after]}, as before.`
      : `The lesion is ${HALVES[after]} (before: ${HALVES[before]}).`;
  const per = Math.round(100 * shareLost);
  const lost = shareLost
    ? `${per < 1 ? "Less than 1" : per} % of it left the picture.`
    : "Nothing of it left the picture.";
  const mask = between
    ? `In a bilinear mask ${between === 1 ? "1 pixel" : `${between} pixels`} would be neither 0 ` +
      "nor 1; the outline takes the nearest pixel."
    : "Each pixel of the mask is still 0 or 1.";
  return `${where} ${lost} ${mask}`;
}

function likenessInWords(likeness, usual) {
  const found = `Likest unchanged slice of another patient: ${write2(likeness)} (1 would be the same).`;
  return likeness < usual
    ? `${found} That is unusual: 95 of 100 unchanged slices find one at ${write2(usual)} or above.`
    : `${found} That is usual among unchanged slices (${write2(usual)} or above).`;
}

function write2(value) {
  return value.toFixed(2).replace("-", "−");
}
