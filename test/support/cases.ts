/**
 * How many cases a sampled test tries: few in `npm test`, all of them in `npm run test:backup`.
 */
export const cases = (few: number, all: number): number =>
  process.env["SLIPWAY_WHOLE"] === undefined ? few : all;
