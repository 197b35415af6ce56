import type { Block, BlockSettings } from "./config.ts";
import { type Fault, pathText } from "./internal/faults.ts";
import type { RuleFault } from "./internal/rules.ts";

/** What is around a stack file: what the rules know beside its blocks. */
export interface Surroundings {
  /** The stack's name. */
  stack: string;
  /** ISO date. */
  today: string;
  /** The configuration by full keys, for the settings of providers. */
  config: Readonly<Record<string, string>>;
  /** Whose repositories GitHub's provider works on where the environment says so, which wins over the settings. */
  githubOwner?: string | undefined;
  /** The stacks that exist, where who reads the settings knows them. */
  stacks?: readonly string[] | undefined;
}

/** What the rules between the blocks of a stack look at. */
export interface Stack extends BlockSettings, Surroundings {
  isProtected: boolean;
}

/** Faults of a block whose paths start inside it. */
export const inBlock = (block: Block, faults: readonly { path: string; message: string }[]): Fault[] =>
  faults.map(({ path, message }) => ({ path: `${block}.${path}`, message }));

/** The same, with the parts of the paths. */
export const inPath = (block: Block, faults: readonly RuleFault[]): Fault[] =>
  faults.map(({ path, message }) => ({ path: pathText(path, block), message }));
