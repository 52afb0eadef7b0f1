// Numbers for people.

export const minus = text => String(text).replace('-', '−');
export const raised = exponent => [...String(exponent)].map(c => '⁰¹²³⁴⁵⁶⁷⁸⁹'['0123456789'.indexOf(c)] ?? (c === '-' ? '⁻' : c)).join('');

/** A value of JSON, which has words for infinities, in so many significant digits. */
export function number(value, digits = 6) {
  if (value === 'inf') return '∞';
  if (value === '-inf') return '−∞';
  if (typeof value !== 'number' || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 10 ** Math.max(digits, 6))) return minus(Number(value.toPrecision(digits)));
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const short = String(Number(mantissa));
  return minus(`${short === '1' ? '' : short === '-1' ? '-' : short + '·'}`) + `10${raised(Number(exponent))}`;
}

/** A coordinate with as many digits as tell it from the next pixel. */
export function coordinate(value, pixel) {
  const decimals = Math.min(Math.max(Math.ceil(-Math.log10(pixel)), 0), 17);
  if (decimals > 16 || Math.abs(value) >= 1e6) return minus(String(value));
  return minus(value.toFixed(decimals));
}

/** Round steps for ticks at least `least` apart. */
export function tickStep(least) {
  const ten = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map(m => m * ten).find(step => step >= least * 0.999);
}

/** The whole multiples of a step in a range: not many, even where doubles are too coarse to count them. */
export function multiples(lo, hi, step) {
  const first = Math.ceil(lo / step), count = Math.floor(hi / step) - first + 1;
  return Array.from({length: Math.min(Math.max(count || 0, 0), 50)}, (_, i) => first + i);
}

/** The ticks of a range, and what their labels leave out: labels are base + text. */
export function ticks(lo, hi, least) {
  const step = tickStep(least);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const list = [];
  if (decimals <= 6) {
    for (const i of multiples(lo, hi, step))
      list.push({at: i * step, text: minus(Object.is(i, -0) ? '0' : (i * step).toFixed(decimals))});
    return {list, base: ''};
  }
  // Deep down, what all labels have in common stands at the axis.
  const baseStep = 10 ** Math.ceil(Math.log10(hi - lo));
  const base = Math.round((lo + hi) / 2 / baseStep) * baseStep;
  const baseText = base.toFixed(Math.min(Math.max(0, -Math.round(Math.log10(baseStep))), 20));
  const exact = Number(baseText);
  const unit = Math.floor(Math.log10(step));
  for (const i of multiples(lo - exact, hi - exact, step)) {
    const digits = Math.round(i * step / 10 ** unit);
    list.push({at: exact + i * step, text: digits === 0 ? '0' : (digits > 0 ? '+' : '−') + Math.abs(digits)});
  }
  return {list, base: minus(baseText), unit: `10${raised(unit)}`};
}
