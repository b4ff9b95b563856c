/**
 * A pure function that keeps its latest answers: a page is rendered in two languages and asks for the same days and
 * formats again and again, which cost a hundred times what looking them up does. It may not answer undefined.
 */
export function remembered<A extends readonly string[], R extends object | string | number>(
  answer: (...args: A) => R,
): (...args: A) => R {
  const answers = new Map<string, R>();
  return (...args) => {
    const key = args.join('\0');
    const known = answers.get(key);
    if (known !== undefined) return known;
    const made = answer(...args);
    if (answers.size >= MOST) answers.clear();
    answers.set(key, made);
    return made;
  };
}

const MOST = 1000;
