import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, lchownSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { LocalFault } from "../fault.ts";

/**
 * As whom PostgreSQL runs. It refuses root, so root runs it in a user namespace where root's files belong to an
 * ordinary user; nothing on disk changes hands. Where namespaces are not allowed, as in many containers, another user
 * runs it and owns its data. Anyone but root runs it as himself.
 */
export type Runner =
  | { readonly kind: "self" }
  | { readonly kind: "namespace"; readonly account: Account }
  | { readonly kind: "account"; readonly account: Account };

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Group that only the servers started as another user have: it opens slipway's own folders to them and to nobody
 * else. A number without a name, below 65,536 because containers map no more.
 */
const privateGroup = 59_733;

/**
 * Finds out as whom PostgreSQL can run here.
 *
 * @throws LocalFault when this is root and the machine has no other account
 */
export function chooseRunner(): Runner {
  if (process.getuid?.() !== 0) return { kind: "self" };
  const account = ordinaryAccount();
  if (account === undefined) {
    throw new LocalFault(
      "PostgreSQL refuses to run as root and /etc/passwd has no account `postgres` or `nobody`: run slipway as another user",
    );
  }
  const inNamespace = spawnSync("unshare", [...namespaceOf(account), "true"], { stdio: "ignore" });
  return inNamespace.status === 0 ? { kind: "namespace", account } : { kind: "account", account };
}

/** The command line and the user that runs a program of PostgreSQL. */
export function asRunner(
  runner: Runner,
  command: string,
  args: readonly string[],
): { command: string; args: readonly string[]; uid?: number; gid?: number } {
  if (runner.kind === "self") return { command, args };
  if (runner.kind === "account") return { command, args, uid: runner.account.uid, gid: privateGroup };
  return { command: "unshare", args: [...namespaceOf(runner.account), command, ...args] };
}

/**
 * Checks that the account that runs the server may run its programs, which can lie in root's own folders.
 *
 * @throws LocalFault where it may not
 */
export function assertRunnable(runner: Runner, directory: string): void {
  if (runner.kind !== "account") return;
  const { command, args, ...user } = asRunner(runner, join(directory, "postgres"), ["--version"]);
  if (spawnSync(command, [...args], { ...user, stdio: "ignore" }).status === 0) return;
  throw new LocalFault(
    `PostgreSQL refuses to run as root and user ${runner.account.name} may not run the programs in ${directory}:` +
      " set SLIPWAY_CACHE to a folder that others may enter, or run slipway as another user",
  );
}

/**
 * Gives a server's folder or file to whoever runs the server, and opens the way to it where that is another user.
 *
 * @param home - slipway's own folder for all servers; what is in it and the folder that holds it are slipway's too
 * @throws LocalFault where a folder above those lets no other user in
 */
export function handOver(runner: Runner, path: string, home: string): void {
  if (process.getuid?.() !== 0) return;
  const [uid, gid] = runner.kind === "account" ? [runner.account.uid, privateGroup] : [0, 0];
  // Files that root wrote into it since belong to root again.
  if (runner.kind === "account" || statSync(path).uid !== uid) giveAll(path, uid, gid);
  if (runner.kind !== "account") return;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const { mode, gid: group } = statSync(folder);
    if ((mode & 0o001) !== 0 || (group === privateGroup && (mode & 0o010) !== 0)) continue;
    if (folder !== dirname(home) && folder !== home && !folder.startsWith(home + sep)) {
      throw new LocalFault(
        `PostgreSQL refuses to run as root and user ${runner.account.name} may not enter ${folder}:` +
          " put the clone into a folder that others may enter, or run slipway as another user",
      );
    }
    chownSync(folder, 0, privateGroup);
    chmodSync(folder, (mode & 0o700) | 0o010);
  }
}

function giveAll(path: string, uid: number, gid: number): void {
  lchownSync(path, uid, gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const entry of readdirSync(path)) giveAll(join(path, entry), uid, gid);
}

function namespaceOf(account: Account): string[] {
  return ["--user", `--map-user=${account.uid}`, `--map-group=${account.gid}`, "--"];
}

/** The first account of this machine that PostgreSQL may run as; it must have a name, or initdb refuses. */
function ordinaryAccount(): Account | undefined {
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  return ["postgres", "_postgres", "nobody"]
    .map((name) => accounts.find((account) => account.name === name && account.uid !== 0))
    .find((account) => account !== undefined);
}
