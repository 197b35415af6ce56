/** The day in UTC, as rules compare it. */
export const todayDate = () => new Date().toISOString().slice(0, 10);

/** The day after one; where it is tomorrow already, that is still no day of the future. */
export const dayAfter = (date: string): string =>
  new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
