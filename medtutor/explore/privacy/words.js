// The scene in words: the same as privacy_words in Python.

const counted = (count) => count.toLocaleString("en-GB");
const shortened = (value) => (value < 100 ? value.toFixed(2) : counted(Math.round(value)));

function percent(share_) {
  return `${(100 * share_).toFixed(share_ < 0.1 ? 1 : 0)} %`;
}

export function sceneInWords({ noise, batch, patients, steps, epsilon, delta, found }) {
  return (
    `Noise ${noise.toFixed(2)}, batch ${counted(batch)} of ${counted(patients)}, ` +
    `${counted(steps)} ${steps === 1 ? "step" : "steps"}: ` +
    `ε = ${shortened(epsilon)}, δ = ${writePower(delta)}. ` +
    `Who guesses at 1 % false alarms finds at most ${percent(found)} of the members.`
  );
}
