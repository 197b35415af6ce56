import { joinsOf } from "./guard/joins.ts";
import { isOwn, judged, judgedTypes } from "./guard/judged.ts";
import { lossesOf, opOf, type Refusal, replacingInputs } from "./guard/losses.ts";
import { emptied, isToldInside, type Told } from "./guard/own.ts";
import { nameOf, type Preview, type Step, typeOf } from "./guard/preview.ts";
import { stateful } from "./guard/stateful.ts";
import { carrying } from "./guard/weaken/dns.ts";
import { type Weakening, weakeningsOf } from "./guard/weakenings.ts";
import { withoutTokens } from "./report/secret-texts.ts";

export type { Refusal } from "./guard/losses.ts";

/** What the guard says of a change. */
export interface Judgement {
  /** What stops it. */
  refusals: Refusal[];
  /** What a reviewer should see first, and stops nothing. */
  warnings: Refusal[];
}

/**
 * What a change would lose, open or weaken, by its preview.
 *
 * A resource that is renamed with an alias is the same one; without it, it is deleted and made anew.
 */
export function judge({ steps }: Pick<Preview, "steps">): Judgement {
  const losses = lossesOf(steps);
  const lost = new Set(losses.map(({ urn }) => urn));
  const found = [
    ...losses.map((refusal) => ({ refusal, weight: "refuse" as const })),
    ...steps.flatMap((step) => takenAway(step, lost)),
    ...emptied(steps).map((refusal) => ({ refusal, weight: "refuse" as const })),
    ...steps
      .filter(({ urn }) => !lost.has(urn))
      .flatMap((step) => weakened(step, steps, lost))
      .filter((one, _, all) => !isToldInside(one, all))
      .map(foundOf),
  ];
  const of = (wanted: Weakening["weight"]) =>
    found.flatMap(({ refusal, weight }) => (weight === wanted ? [shown(refusal)] : []));
  return { refusals: of("refuse"), warnings: of("warn") };
}

/** Values of resources are among the words: here each of them passes, whatever told it. */
const shown = (refusal: Refusal): Refusal => ({
  ...refusal,
  reason: withoutTokens(refusal.reason),
  remedy: withoutTokens(refusal.remedy),
});

/** What stops a change. */
export const guard = (preview: Pick<Preview, "steps">): Refusal[] => judge(preview).refusals;

interface Found {
  refusal: Refusal;
  weight: Weakening["weight"];
}

/** Deletions and replacements of what holds no data itself; nothing where it goes with what it belongs to. */
function takenAway(step: Step, lost: ReadonlySet<string>): Found[] {
  const { urn, oldState } = step;
  const type = typeOf(urn);
  const op = opOf(step);
  if (op === undefined || lost.has(urn) || isOwn(type)) return [];
  if ((oldState?.dependencies ?? []).some((other) => lost.has(other))) return [];
  const kind = Object.hasOwn(judged, type) ? judged[type] : undefined;
  const does = op === "replace" ? "replaces" : op === "forget" ? "would forget" : "deletes";
  const found = (reason: string, remedy: string, weight: Weakening["weight"]): Found[] => [
    { refusal: { urn, op, inputs: replacingInputs(step).sort(), reason, remedy }, weight },
  ];
  if (kind === undefined) {
    if (judgedTypes.includes(type)) return [];
    const reason = `${does} ${nameOf(urn)}, a ${type}: nobody has judged what is lost with it`;
    return found(reason, "keep it, or look at the platform what hangs on it", "refuse");
  }
  const reason = `${does} ${kind.what} ${nameOf(urn)}: ${kind.loss}`;
  if (op === "replace")
    return kind.replacement === "free"
      ? []
      : found(
          `${does} ${kind.what} ${nameOf(urn)}: it is away until the new one is there`,
          kind.instead,
          "warn",
        );
  const carries = carrying.includes(oldState?.inputs?.["type"]);
  return found(reason, kind.instead, carries ? "refuse" : kind.deletion);
}

/** What is opened or weakened of a resource that stays. */
const weakened = (step: Step, steps: readonly Step[], lost: ReadonlySet<string>): Told[] => {
  const { oldState, newState } = step;
  const goesAlong = [...(oldState?.dependencies ?? []), ...(newState?.dependencies ?? [])].some((other) =>
    lost.has(other),
  );
  // What belongs to a bucket that is replaced is told with it.
  const found = weakeningsOf(step).filter(({ follows }) => !(goesAlong && follows === true));
  return [...found, ...joinsOf(step, steps)].map((one) => ({ ...one, step }));
};

const foundOf = ({ weight, input, does, remedy, step: { urn } }: Told): Found => ({
  weight,
  refusal: {
    urn,
    op: "update",
    inputs: [input],
    reason: `${whatOf(typeOf(urn))} ${nameOf(urn)} ${does}`,
    remedy,
  },
});

const whatOf = (type: string): string =>
  (type.startsWith("pulumi:providers:") ? "the provider" : undefined) ??
  stateful[type]?.what ??
  judged[type]?.what ??
  `the ${type.split(":").at(-1)}`;
