import { z } from "zod";
import { readSettings, type StackSettings } from "../../components/config.ts";
import { monthlyCost } from "../../components/cost.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import { OperationFault } from "../fault.ts";
import type { Preview } from "../guard/preview.ts";
import { readNamedFile } from "../read-file.ts";
import { stackConfiguration } from "../stack-settings.ts";
import { ruleChanges } from "./judge.ts";
import { type RuleChange, warned } from "./rule-change.ts";
import type { StackFacts } from "./stack.ts";

/** A file that belongs to a stack. */
export interface NamedFile {
  stack: string;
  file: string;
}

/** What a report is made of. */
export interface ReportFiles {
  previews: readonly NamedFile[];
  /** What `slipway plan --format json` printed. */
  plans: readonly NamedFile[];
  /** Stack files in the place of `Pulumi.<stack>.yaml` here. */
  stackFiles: readonly NamedFile[];
  /** Whether settings with faults are refused, and not only left out: a gate must know the budget. @default false */
  needsSettings?: boolean;
}

/** The text of a file that was named on the command line. */
export const textOf = (option: string, { stack, file }: NamedFile): string =>
  readNamedFile(file, `${option} ${stack}=${file}`);

/** Settings with what else the cost depends on. */
interface KnownSettings {
  settings: StackSettings;
  awsRegion: string | undefined;
}

/**
 * The settings of a stack: of the file that was named for it, or of its file here; undefined where there is none.
 *
 * @throws SettingsError with every fault of the file
 */
export function settingsOf(stack: string, files: readonly NamedFile[]): KnownSettings | undefined {
  const given = files.find((one) => one.stack === stack);
  if (given !== undefined) textOf("--stack-file", given);
  try {
    return stackConfiguration(stack, given?.file);
  } catch (error) {
    if (given === undefined && error instanceof OperationFault) return undefined;
    throw error;
  }
}

/** What is known of a stack, with the settings by which its change is judged where they are the base's. */
type Known = StackFacts & { judging?: StackSettings };

/** The settings of a stack's file, or its faults. */
function lookedUp(
  stack: string,
  files: readonly NamedFile[],
): { known?: KnownSettings | undefined; faults?: SettingsError } {
  try {
    return { known: settingsOf(stack, files) };
  } catch (error) {
    if (error instanceof SettingsError) return { faults: error };
    throw error;
  }
}

/**
 * What a preview was configured with says most surely what it will cost; the stack file where it does not tell. What judges
 * it is said by the file that was named for it, which a pull request cannot change; without one it judges itself.
 */
export function settingsFacts(
  stack: string,
  preview: Preview | undefined,
  { stackFiles, needsSettings = false }: ReportFiles,
  today: string,
): Known {
  const isNamed = stackFiles.some((one) => one.stack === stack);
  const file = lookedUp(stack, stackFiles);
  try {
    if (isNamed && file.faults !== undefined) throw file.faults;
    const base = isNamed ? file.known : undefined;
    const own = previewedSettings(stack, preview) ?? settingsHere(stack, isNamed ? undefined : file) ?? base;
    if (own === undefined) return {};
    const { settings, awsRegion } = own;
    const judging = base?.settings ?? settings;
    return {
      cost: monthlyCost(settings, today, { awsRegion }),
      budget: judging.budget,
      // By the file that was named, or the one here, as for the guard: one that nobody can read lets nothing through.
      gate: file.known?.settings.gate,
      ...(base === undefined
        ? {}
        : { judging: base.settings, ruleChanges: ruleChanges(base.settings, settings) }),
    };
  } catch (error) {
    // A report is made all the same; the preview tells of the faults.
    if (error instanceof SettingsError && !needsSettings)
      return { ruleChanges: isNamed && file.faults !== undefined ? [unreadable(file.faults)] : [] };
    throw error;
  }
}

/** @throws SettingsError for a file with faults */
function settingsHere(stack: string, { known, faults } = lookedUp(stack, [])): KnownSettings | undefined {
  if (faults !== undefined) throw faults;
  return known;
}

/** Why the file that would judge a change does not. */
const unreadable = ({ message }: SettingsError): RuleChange =>
  warned(
    `is judged by no stack file, since that of --stack-file cannot be read: ${message.replace(/\s*\n\s*/g, "; ")}`,
    "mend the base's stack file",
  );

const Config = z.record(z.string(), z.string());

function previewedSettings(stack: string, preview: Preview | undefined): KnownSettings | undefined {
  const config = Config.safeParse(preview?.["config"]);
  if (!config.success) return undefined;
  const settings = readSettings(stack, config.data, { needsSecrets: false });
  return { settings, awsRegion: config.data["aws:region"] };
}
