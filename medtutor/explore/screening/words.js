// The scene in words: the same as screening_words in Python.

function signed(value) {
  const text = value.toFixed(3);
  return Number(text) === 0 ? "0.000" : text.replace("-", "−");
}

export function sceneInWords(scene) {
  const { sick, found, missed, alarms, ppv } = scene;
  const right =
    ppv === null
      ? "nobody is called sick"
      : `an alarm is right in ${Math.floor(100 * ppv + 0.5)} of 100`;
  return (
    `Of 1,000: ${sick} sick, ${found} found, ${missed} missed; ${alarms} false alarms; ${right}. ` +
    `Net benefit at this threshold ${signed(scene.net_benefit)}, ` +
    `treat all ${signed(scene.treat_all)}, treat nobody 0. ` +
    `Calibration error ${scene.calibration_error.toFixed(3)}.`
  );
}

/** A share as a percentage that keeps a digit where it is small. */
function percentage(share_) {
  return `${Number((100 * share_).toPrecision(share_ < 0.1 ? 2 : 3))} %`;
}
