import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type BlockSettings, neededSecrets } from "../components/config.ts";
import type { NeededSecret } from "../components/internal/secrets.ts";
import { readStackFile } from "./stack-file.ts";
import { settingsIn } from "./stack-settings.ts";

const project = "slipway";
/** Secrets are made anew each quarter. */
export const longestAgeDays = 90;

/** One secret of a stack; never its value. */
export interface StackSecret {
  name: string;
  /**
   * `set` is sealed in the stack file, `missing` is needed and not, `unused` is set and nothing asks for it; `local` is
   * made up by this machine for its local clouds, told only where those are asked about.
   */
  state: "set" | "local" | "missing" | "optional" | "unused";
  /** Where it is set: sealed in the stack file, or made up on this machine for the stack's local clouds. */
  setIn: "stack file" | "this machine" | null;
  /** The day on which it was set, as the history of the stack file tells it; null where nothing tells. */
  setOn: string | null;
  ageDays: number | null;
  isOverdue: boolean;
  /** Where it ends up. */
  endsUpIn: string[];
}

export interface StackSecrets {
  stack: string;
  secrets: StackSecret[];
}

/** What is asked about one stack. */
export interface SecretsQuestion {
  stack: string;
  /** The stack file; it need not be there. */
  path: string;
  /** Names of the secrets that this machine has made up for the stack; none where the real platforms are meant. */
  local: readonly string[];
  /** ISO date. */
  today: string;
}

/**
 * Which secrets a stack needs, which are set, since when, and where each ends up.
 *
 * @throws SettingsError with every fault of the stack file
 */
export function stackSecrets({ stack, path, local, today }: SecretsQuestion): StackSecrets {
  const file = readStackFile(path, project);
  const settings = settingsIn(stack, file, path);
  const needed = neededSecrets(settings);
  const sealed = file.secureKeys.flatMap((key) =>
    key.startsWith(`${project}:`) ? [key.slice(project.length + 1)] : [],
  );
  const all = [...new Set([...needed.map(({ name }) => name), ...sealed])].sort();
  return {
    stack,
    secrets: all.map((name): StackSecret => {
      const need = needed.find((one) => one.name === name);
      const isSealed = sealed.includes(name);
      const setIn = isSealed ? "stack file" : local.includes(name) ? "this machine" : null;
      const setOn = isSealed ? daySet(path, name) : null;
      const ageDays =
        setOn === null ? null : Math.floor((Date.parse(today) - Date.parse(setOn)) / 86_400_000);
      return {
        name,
        state: need === undefined ? "unused" : setIn === null ? unset(need) : isSealed ? "set" : "local",
        setIn,
        setOn,
        ageDays,
        isOverdue: need !== undefined && ageDays !== null && ageDays > longestAgeDays,
        endsUpIn: (need?.usedBy ?? []).map((place) => destination(place, settings)),
      };
    }),
  };
}

const unset = ({ optional }: NeededSecret) => (optional ? "optional" : "missing");

/** Whether somebody has to do something about the secrets of a stack. */
export const needsWork = ({ secrets }: StackSecrets): boolean =>
  secrets.some(({ state, isOverdue }) => state === "missing" || isOverdue);

/** The day on which the sealed value of a secret came into the file, by git; null where git does not know. */
function daySet(path: string, name: string): string | null {
  const lines = readFileSync(path, "utf8").split("\n");
  const key = lines.findIndex((line) => new RegExp(`^\\s*["']?${project}:${name}["']?\\s*:`).test(line));
  const value = lines.findIndex((line, index) => index >= key && /\bsecure["']?\s*:/.test(line));
  if (key < 0 || value < 0) return null;
  const range = `${value + 1},${value + 1}`;
  try {
    const told = execFileSync("git", ["blame", "--porcelain", "-L", range, "--", basename(path)], {
      cwd: dirname(path),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const time = /^committer-time (\d+)$/m.exec(told)?.[1];
    // Commits of zeros are lines that nobody has committed yet.
    if (time === undefined || /^0{40}\b/.test(told)) return null;
    return new Date(Number(time) * 1000).toISOString().slice(0, 10);
  } catch {
    // No git, no repository or no history: nobody knows.
    return null;
  }
}

/** Where a setting that uses a secret takes it to, in words. */
function destination(place: string, { delivery }: BlockSettings): string {
  const parts = place.split(".");
  const last = parts.at(-1) ?? "";
  const owner = parts[0] === "app" && parts.length > 3 ? parts[2] : undefined;
  const environment = `GitHub environment ${delivery?.environment}`;
  if (parts[0] === "app" && parts.at(-2) === "environment")
    return `variable ${last} of ${owner ?? "every component"}`;
  if (place === "delivery.token") return `secret DIGITALOCEAN_ACCESS_TOKEN of the ${environment}`;
  if (place.startsWith("delivery.secrets.")) return `secret ${last} of the ${environment}`;
  if (place.startsWith("repository.secrets.")) return `secret ${last} of the GitHub repository`;
  if (place === "backups.recipients") return "keys of the backups, in the settings of backup-worker";
  if (place === "backups.heartbeat") return "variable BACKUP_HEARTBEAT_URL of backup-worker";
  if (place === "operations.credentials" || place.endsWith(".image.credentials"))
    return `login at the image registry, ${place}`;
  if (place.startsWith("app.logs.")) return `log destination ${parts[2]}`;
  return `Slack webhook, ${place}`;
}
