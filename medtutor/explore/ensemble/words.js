// What the ensemble explorer says: pure functions from numbers to sentences.

const METHOD_NAMES = { mean: "mean of probabilities", logit: "mean of logits", vote: "vote" };
const EXPERT = "expert";

function three(number) {
  return number.toFixed(3);
}

function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The names of those who are asked: members by number, and the expert. */
function voiceNames({ members, expert, percent }) {
  const names = members.flatMap((on, i) => (on ? [`member ${i + 1}`] : []));
  return expert && percent ? [...names, EXPERT] : names;
}

function sceneInWords(scene, settings) {
  if (!scene)
    return "Nobody is asked: switch a member on (its box, or the keys 1 to 9), or give the expert a weight.";
  const { percent, expert } = settings;
  const with_ = expert && percent ? ` and the expert (weight ${percent} %)` : "";
  const who = scene.n_members ? `${counted(scene.n_members, "member")}${with_}` : "The expert alone";
  const mean_ = (numbers) => three(numbers.reduce((a, b) => a + b, 0) / numbers.length);
  const alone =
    scene.aucs.length > 1
      ? ` (best alone ${three(Math.max(...scene.aucs))}, mean alone ${mean_(scene.aucs)})`
      : "";
  const surprise = scene.losses.length > 1 ? ` (mean alone ${mean_(scene.losses)})` : "";
  const [first, second] = voiceNames(settings);
  const wrong =
    scene.both_wrong === null
      ? ""
      : ` Both ${first} and ${second} are wrong in ${Math.round(100 * scene.both_wrong)} % of the cases.`;
  return (
    `${who}: AUC ${three(scene.auc)}${alone}, log loss ${three(scene.log_loss)}${surprise}.${wrong} ` +
    `Cost: ${counted(scene.n_members, "prediction")} by a network for each case.`
  );
}
