import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  Scalar,
  type YAMLMap,
} from "yaml";
import { changedReading, isRenamed } from "./stack-file-scalars.ts";

/** A part of a stack file that is written so that the engine refuses it or reads something else. */
export interface WritingFault {
  /** The keys above it, from the top of the file. */
  at: readonly PropertyKey[];
  /** Starts with "must", and has the line. */
  message: string;
  /** Whether what the settings say of the same place is no news beside it. */
  isWhole: boolean;
}

/** How a document is written: what is wrong with it, and numbers that are written in another way than they are told. */
export interface Writing {
  faults: WritingFault[];
  spellings: { at: readonly PropertyKey[]; source: string }[];
}

/** Where values are words, be they written like numbers. */
const wordBlocks: readonly PropertyKey[] = ["environment", "variables"];

interface Placed {
  node: unknown;
  at: readonly PropertyKey[];
  /** Puts something else in its place. */
  replace(node: unknown): void;
}

/**
 * How a document is written. What the engine reads otherwise is put into the document as the engine
 * reads it, so that whoever reads on looks at what the program would get.
 */
export function writingOf(document: Document, lineAt: (offset: number) => number): Writing {
  const faults: WritingFault[] = [];
  const spellings: Writing["spellings"] = [];
  const anchors = new Set<string>();
  const line = (node: unknown) => `line ${lineAt((isNode(node) ? node.range?.[0] : undefined) ?? 0)}`;
  const add = (at: readonly PropertyKey[], message: string, isWhole = true) =>
    faults.push({ at, message, isWhole });

  function lookAtText(node: Scalar, at: readonly PropertyKey[]): void {
    if (node.type !== "PLAIN" || node.tag !== undefined || at.length === 0) return;
    const isWord = at.some((key) => wordBlocks.includes(key));
    const { source = "" } = node;
    const reading = changedReading(source, isWord);
    if (reading === undefined) {
      if (typeof node.value === "number" && String(node.value) !== source) spellings.push({ at, source });
      return;
    }
    node.value = reading.value ?? null;
    add(at, `${reading.message} (${line(node)})`);
  }

  function lookAtKeys(map: YAMLMap<unknown, unknown>, at: readonly PropertyKey[]): Placed[] {
    const first = new Map<string, Scalar>();
    for (const { key } of map.items)
      if (!isScalar(key)) add(at, `must have names that are texts (${line(key)})`, false);
    map.items = map.items.filter(({ key }) => isScalar(key));
    return map.items.flatMap((pair): Placed[] => {
      const { key } = pair;
      if (!isScalar(key)) return [];
      const name = key.type === "PLAIN" ? (key.source ?? "") : String(key.value);
      const place = [...at, name];
      const before = first.get(name);
      if (before === undefined) first.set(name, key);
      else
        add(
          place,
          `must be set once, or the engine refuses the file: ${line(before)} sets it, and ${line(key)} again`,
          false,
        );
      if (key.type === "PLAIN" && isRenamed(name))
        add(place, `must have its name in quotes: the engine reads another one (${line(key)})`, false);
      if (name !== "<<") key.value = name;
      return [
        {
          node: pair.value,
          at: place,
          replace: (node) => Object.assign<Pair, Partial<Pair>>(pair, { value: node }),
        },
      ];
    });
  }

  const left: Placed[] = [{ node: document.contents, at: [], replace: () => {} }];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const { node, at, replace } = one;
    if (isAlias(node)) {
      if (anchors.has(node.source)) continue;
      const name = node.source.slice(0, 40);
      add(at, `must repeat a part that is marked above: *${name} is there, and no &${name} (${line(node)})`);
      replace(new Scalar(null));
      continue;
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) continue;
    if (node.anchor !== undefined) anchors.add(node.anchor);
    if (node.tag !== undefined && !(isScalar(node) && node.tag === `${standardTag}str`))
      add(
        at,
        `must be written without the tag ${node.tag.replace(standardTag, "!!").slice(0, 40)} (${line(node)})`,
      );
    if (isScalar(node)) lookAtText(node, at);
    // Taken from the end, so that what comes first in the file is looked at first.
    if (isMap(node)) left.push(...lookAtKeys(node, at).reverse());
    if (isSeq(node))
      left.push(
        ...node.items
          .map((item, index) => ({
            node: item,
            at: [...at, index],
            replace: (other: unknown) => node.items.splice(index, 1, other),
          }))
          .reverse(),
      );
  }
  return { faults, spellings };
}

const standardTag = "tag:yaml.org,2002:";
