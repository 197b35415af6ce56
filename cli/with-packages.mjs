// Runs a program of this repository on a machine where nothing is prepared: installs the packages that the lockfile
// names, if they are not there, and goes on with a Node that can run TypeScript. Plain JavaScript, since it has to
// start on Node 20:  node cli/with-packages.mjs [node options] FILE [arguments]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as module from "node:module";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const installLock = join(root, ".slipway", "install.lock");

/** First Node that strips types without a flag and that the Pulumi SDK supports. */
const oldestNode = [22, 18];

function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

/** Does node_modules hold what the lockfile names? npm writes the inner lockfile last, so a broken install says no. */
function packagesAreInstalled() {
  const inner = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(inner)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const found = JSON.parse(readFileSync(inner, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === "" || found[path]?.version === version || (optional && !found[path]),
  );
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Is this number that of a process which installs packages? Numbers are given again, so its command is looked at. */
function installs(pid) {
  if (!(pid > 1)) return false;
  const { status, stdout } = spawnSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" });
  return status === 0 && /with-packages\.mjs|\bnpm\b/.test(stdout);
}

/** Makes a lock that is whole from its first moment; false where there is one. */
function takeLock(lock) {
  const own = `${lock}.${process.pid}.own`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own);
  }
}

/** Takes a lock away that a dead process left; the fresh one of somebody who was faster is put back. */
function removeStale(lock, text) {
  const taken = `${lock}.${process.pid}`;
  try {
    renameSync(lock, taken);
    if (readFileSync(taken, "utf8") !== text) linkSync(taken, lock);
    rmSync(taken);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  }
}

/** Lets one process at a time do the work. A lock whose owner died is taken away by renaming, which only one can do. */
async function oneAtATime(lock, work) {
  try {
    mkdirSync(join(lock, ".."), { recursive: true, mode: 0o700 });
    for (let told = false; !takeLock(lock); ) {
      const text = existsSync(lock) ? readFileSync(lock, "utf8") : "";
      const owner = text.split(" ").map(Number).find(installs);
      if (owner === undefined) {
        removeStale(lock, text);
        continue;
      }
      if (!told)
        process.stderr.write(`another command installs the packages (process ${owner}): waiting for it\n`);
      told = true;
      await delay(300);
    }
  } catch (error) {
    fail(`${error.path ?? lock} must be writable for this user (${error.code ?? error.message})`);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Runs a command to its end. What it says on a piped error stream is shown and handed to `told`. */
function run(command, args, options, told) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, options);
    // A killed command leaves its npm behind, which is then waited for.
    if (child.pid !== undefined) options.began?.(child.pid);
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      process.stderr.write(text);
      told(text);
    });
    const forward = (signal) => child.kill(signal);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, forward);
    child.on("error", failed);
    child.on("close", (code, signal) => {
      for (const name of signals) process.off(name, forward);
      done(signal === null ? code : signal);
    });
  });
}

async function install() {
  if (packagesAreInstalled()) return;
  process.stderr.write("installing the packages of package-lock.json (about half a minute the first time)\n");
  const npm = process.env.npm_execpath;
  // What npm has in its cache already is not asked for again.
  const args = ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  const [command, rest] = npm?.endsWith(".js") ? [process.execPath, [npm, ...args]] : ["npm", args];
  const said = [];
  const options = { cwd: root, stdio: ["ignore", 2, "pipe"] };
  const began = (pid) => writeFileSync(installLock, `${process.pid} ${pid}`);
  const code = await run(command, rest, { ...options, began }, (text) => said.push(text)).catch(
    (error) => error.message,
  );
  if (code !== 0) fail(`the packages could not be installed (npm ci: ${code}): ${remedy(said.join(""))}`);
}

/** What helps against the reason that npm gave. */
function remedy(said) {
  if (/EUSAGE/.test(said))
    return "package.json and package-lock.json do not fit together: take both from one commit (git checkout -- package.json package-lock.json)";
  if (/ENOSPC/.test(said)) return "the disk is full: make room, then run again";
  if (/EACCES|EPERM|EROFS/.test(said))
    return "this user may not write where npm has to: give it the folder of this clone and npm's cache";
  return "check the network or the npm registry, then run again";
}

/** This Node where it will do, else the one that came with the packages. */
function chooseNode() {
  if (isNewEnough(process.version)) return process.execPath;
  const packaged = join(root, "node_modules", ".bin", "node");
  if (existsSync(packaged)) return packaged;
  return fail(
    `slipway needs Node ${oldestNode.join(".")} or newer, and this is ${process.version}: install a newer Node ` +
      `(there is no packaged one for ${process.platform} on ${process.arch})`,
  );
}

if (!isNewEnough(process.version) && Number(process.version.slice(1).split(".")[0]) < 20) {
  fail(`slipway needs Node 20 or newer to start, and this is ${process.version}: install a newer Node`);
}
if (!packagesAreInstalled()) await oneAtATime(installLock, install);

// What listens on this machine is reached without a proxy, whatever the proxy's rules.
for (const name of ["no_proxy", "NO_PROXY"])
  process.env[name] = [process.env[name], "127.0.0.1", "localhost"].filter(Boolean).join(",");

const options = process.argv.slice(2);
const at = options.findIndex((argument) => !argument.startsWith("--"));
const file = resolve(root, options[at]);
const node = chooseNode();
if (node === process.execPath && at === 0) {
  // The warnings that are left out say that type stripping and SQLite may still change; the lockfile pins Node.
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
  module.enableCompileCache?.(join(root, "node_modules", ".cache", "slipway"));
  process.argv.splice(1, 1 + at + 1, file);
  await import(pathToFileURL(file).href);
} else {
  const flags = ["--disable-warning=ExperimentalWarning", ...options.slice(0, at)];
  const here = at === 0 ? [fileURLToPath(import.meta.url), ...options] : [file, ...options.slice(at + 1)];
  const code = await run(node, [...flags, ...here], { stdio: "inherit" });
  if (typeof code === "string") process.kill(process.pid, code);
  else process.exitCode = code;
}
