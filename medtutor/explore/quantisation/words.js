// What the quantisation explorer says: pure functions from numbers to sentences.

const perCent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;
const decibels = (value) =>
  Number.isFinite(value) ? `${value.toFixed(1).replace("-", "−")} dB` : "infinite (no error)";

function levelsInWords({ scale, zero_point: zero, levels, used }) {
  return (
    `One step is ${write(scale)}, zero point ${write(zero)}; the filter's weights use ${used} of ` +
    `${levels.length} levels.`
  );
}

function errorsInWords({ largest, mean, clipped, snr_db: snr }) {
  return (
    `Error of a weight: at most ${write(largest)}, ${write(mean)} on average; ` +
    `${perCent(clipped)} clipped; signal to error ${decibels(snr)}.`
  );
}
