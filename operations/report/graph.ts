import { typeName } from "../plan/words.ts";
import type { Change, ReportDocument } from "./document.ts";

/** More is no picture any more. */
const mostNodes = 40;

const colours = {
  replace: "fill:#ffebe9,stroke:#cf222e,color:#82071e",
  delete: "fill:#ffebe9,stroke:#cf222e,color:#82071e",
  forget: "fill:#fff8c5,stroke:#9a6700,color:#633c01",
  import: "fill:#ddf4ff,stroke:#0969da,color:#0a3069",
  create: "fill:#dafbe1,stroke:#1a7f37,color:#044f1e",
  update: "fill:#fff8c5,stroke:#9a6700,color:#633c01",
} as const;

/** The change as a Mermaid flowchart, from what is needed to what needs it; undefined where there is nothing to show. */
export function graphText({ stacks }: ReportDocument): string | undefined {
  const all = stacks.flatMap(({ stack, losses, changes }) =>
    [...losses, ...changes].map((change: Change) => ({ ...change, stack })),
  );
  if (all.length === 0) return undefined;
  const shown = all.slice(0, mostNodes).map((change, index) => ({ ...change, id: `n${index}` }));
  const idOf = new Map(shown.map(({ urn, id }) => [urn, id]));
  const groups = [...new Set(shown.map(({ stack }) => stack))].flatMap((stack, index) => [
    `  subgraph s${index}["${label(stack)}"]`,
    ...shown
      .filter((one) => one.stack === stack)
      .map(
        ({ id, operation, type, name }) =>
          `    ${id}["${operation} ${label(typeName(type))}<br/>${label(name)}"]:::${operation}`,
      ),
    "  end",
  ]);
  const edges = shown.flatMap(({ id, dependsOn }) =>
    dependsOn.flatMap((urn) => (idOf.has(urn) ? [`  ${idOf.get(urn)} --> ${id}`] : [])),
  );
  const used = [...new Set(shown.map(({ operation }) => operation))];
  const left = all.length - shown.length;
  return [
    "flowchart LR",
    ...groups,
    ...edges.slice(0, 2 * mostNodes),
    ...(left === 0 ? [] : [`  more["and ${left} more"]`]),
    ...used.map((operation) => `  classDef ${operation} ${colours[operation]}`),
  ].join("\n");
}

/** Letters, digits and a few signs that mean nothing in a picture. */
const label = (text: string): string => {
  const plain = text.slice(0, 200).replace(/[^\p{L}\p{N} ._-]/gu, "_");
  return plain.length > 40 ? `${plain.slice(0, 39)}…` : plain;
};
