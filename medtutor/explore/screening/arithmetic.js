// What a test does to 1,000 people, as expected counts: the same as screening_scene in Python.

const N_PEOPLE = 1000;
const N_BINS = 10;

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function people(prevalence, sensitivity, falseAlarms) {
  const sick = Math.floor(N_PEOPLE * prevalence + 0.5);
  const found = Math.floor(sick * sensitivity + 0.5);
  const alarms = Math.floor((N_PEOPLE - sick) * falseAlarms + 0.5);
  return { sick, found, missed: sick - found, alarms, cleared: N_PEOPLE - sick - alarms };
}

/** Bins of equally many cases, the first ones a case larger where they don't come out even. */
function binEnds(count) {
  const bins = Math.min(N_BINS, count);
  const [size, larger] = [Math.floor(count / bins), count % bins];
  return Array.from({ length: bins + 1 }, (_, i) => i * size + Math.min(i, larger));
}

function reliability(labels, chances, prevalence) {
  const nSick = labels.reduce((sum, label) => sum + label, 0);
  const weightOf = [(1 - prevalence) / (labels.length - nSick), prevalence / nSick];
  const ends = binEnds(labels.length);
  const bins = [];
  let calibration_error = 0;
  for (let bin = 0; bin + 1 < ends.length; bin++) {
    let [total, expected, sick] = [0, 0, 0];
    for (let i = ends[bin]; i < ends[bin + 1]; i++) {
      const weight = weightOf[labels[i]];
      total += weight;
      expected += weight * chances[i];
      sick += weight * labels[i];
    }
    bins.push([expected / total, sick / total]);
    calibration_error += Math.abs(expected - sick);
  }
  return { bins, calibration_error };
}

/** The scene of labels and logits, which rise, at the three settings. */
export function sceneOf(labels, logits, { prevalence, threshold, temperature }) {
  const cut = temperature * Math.log(threshold / (1 - threshold));
  const calledOf = (label) => logits.filter((_, i) => labels[i] === label).map((z) => +(z >= cut));
  const [sensitivity, falseAlarms] = [mean(calledOf(1)), mean(calledOf(0))];
  const [found, alarms] = [prevalence * sensitivity, (1 - prevalence) * falseAlarms];
  const odds = threshold / (1 - threshold);
  const chances = logits.map((z) => 1 / (1 + Math.exp(-z / temperature)));
  return {
    ...people(prevalence, sensitivity, falseAlarms),
    sensitivity,
    specificity: 1 - falseAlarms,
    ppv: found + alarms > 0 ? found / (found + alarms) : null,
    net_benefit: found - alarms * odds,
    treat_all: prevalence - (1 - prevalence) * odds,
    ...reliability(labels, chances, prevalence),
  };
}
