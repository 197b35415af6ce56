import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { encrypted } from "./age.ts";
import type { BackupSettings } from "./backup.settings.ts";
import { readCommandSettings } from "./command.settings.ts";
import type { CommandContext } from "./command.ts";
import { compressed } from "./compression.ts";
import { placeOf } from "./dump.ts";
import { DatabaseName } from "./environment.ts";
import { Failure } from "./failure.ts";
import { type Choice, candidates, listBackups, noneFits, type StoredBackup } from "./history.ts";
import { type BackupPlace, dumpKey, manifestKey, newId } from "./keys.ts";
import { type ConfigManifest, type ConfigManifestContent, manifestText } from "./manifest.ts";
import { openConfigManifest, openDump, type Vault } from "./opening.ts";
import { partSizes } from "./parts.ts";
import { storageClient } from "./storage.ts";
import { type Bytes, drain, Meter } from "./streams.ts";
import { putNew, upload } from "./upload.ts";
import { resultOf, type Verification, type VerifyOptions } from "./verify.ts";
import { toolVersion } from "./version.ts";

/** Configuration is small: a program beside this one would take longer to begin. */
const compressor = "node";

/** Which piece of configuration, and where to. */
export interface RestoreConfigOptions extends Choice {
  readonly config: string;
  readonly output: string;
}

/** Backs a file up as databases are: compressed, encrypted, uploaded as one stream, and then its manifest. */
export async function saveConfig(
  context: CommandContext,
  name: string,
  file: string,
): Promise<ConfigManifestContent> {
  const { environment, log, now, signal } = context;
  const { backup, credentials } = await readCommandSettings(environment, { recipients: true });
  log.hide(credentials.secretAccessKey, credentials.sessionToken);
  const place = configPlace(backup, name);
  const startedAt = now();
  const id = newId(startedAt);
  const client = storageClient(backup, credentials);
  const address = { client, bucket: backup.bucket, key: dumpKey(place, id) };
  const plain = new Meter();
  const cipher = new Meter();
  const source = compressed(plain.through(bytesOf(file)), compressor);
  try {
    const versionId = await upload({
      ...address,
      source: cipher.through(encrypted(source, backup.recipients)),
      partSize: partSizes(0),
      signal,
      beforeCompletion: async () => {
        if (plain.bytes === 0) throw new Failure("tooSmall", `${file} is empty`);
      },
    });
    const version = versionId === undefined ? {} : { versionId };
    const manifest: ConfigManifestContent = {
      format: "slipway config 1",
      id,
      cluster: backup.cluster,
      name,
      startedAt: startedAt.toISOString(),
      endedAt: now().toISOString(),
      tool: { name: "slipway", version: toolVersion },
      recipients: [...backup.recipients],
      object: { key: address.key, ...version, bytes: cipher.bytes, sha256: cipher.sha256() },
      plain: { bytes: plain.bytes, sha256: plain.sha256() },
    };
    await putNew({ ...address, key: manifestKey(place, id) }, manifestText(manifest), signal);
    log.info("configuration saved", { name, id, bytes: cipher.bytes, plainBytes: plain.bytes });
    return manifest;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    client.destroy();
  }
}

/** Reads configuration back into a new file, which comes to be only when every byte of it is the one that was saved. */
export async function restoreConfig(
  context: CommandContext,
  { config, output, ...choice }: RestoreConfigOptions,
): Promise<{ id: string; bytes: number }> {
  if (existsSync(output)) throw new Failure("usage", `${output} is there already`);
  return await withBackups(context, config, choice, async (vault, [best]) => {
    const manifest = await openConfigManifest(vault, best);
    const part = `${output}.part`;
    try {
      // Secrets in an exported stack are encrypted; all the same it is nobody else's to read.
      await pipeline(openDump(vault, manifest), createWriteStream(part, { mode: 0o600 }));
      renameSync(part, output);
    } finally {
      rmSync(part, { force: true });
    }
    return { id: manifest.id, bytes: manifest.plain.bytes };
  });
}

/** Reads the newest configuration of a name to its end, or those that are named, and compares it with its manifest. */
export async function verifyConfig(
  context: CommandContext,
  {
    config,
    all,
    tell,
    ...choice
  }: Choice & Pick<VerifyOptions, "all" | "tell"> & { readonly config: string },
): Promise<void> {
  await withBackups(context, config, choice, async (vault, fit) => {
    const results: Verification[] = [];
    let first: Failure | undefined;
    for (const backup of all === true ? fit : fit.slice(0, 1)) {
      const { verification, failure } = await resultOf(vault, backup, context.log, () =>
        readWhole(vault, backup),
      );
      first ??= failure;
      results.push(verification);
    }
    tell(results);
    if (first !== undefined) throw first;
  });
}

async function readWhole(vault: Vault, backup: StoredBackup): Promise<ConfigManifest> {
  const manifest = await openConfigManifest(vault, backup);
  await drain(openDump(vault, manifest));
  return manifest;
}

/** What the bucket has of a piece of configuration, the best first; there is one at least. */
async function withBackups<T>(
  { environment, log, signal }: CommandContext,
  name: string,
  choice: Choice,
  work: (vault: Vault, fit: [StoredBackup, ...StoredBackup[]]) => Promise<T>,
): Promise<T> {
  const { backup, credentials, identities } = await readCommandSettings(environment, { identities: true });
  log.hide(credentials.secretAccessKey, credentials.sessionToken, ...identities);
  const place = configPlace(backup, name);
  const client = storageClient(backup, credentials);
  try {
    const [best, ...others] = candidates(await listBackups(client, backup.bucket, place, signal), choice);
    if (best === undefined) throw noneFits(place, choice);
    return await work({ client, bucket: backup.bucket, place, identities, compressor, signal }, [
      best,
      ...others,
    ]);
  } finally {
    client.destroy();
  }
}

function configPlace(settings: BackupSettings, name: string): BackupPlace {
  const parsed = DatabaseName.safeParse(name);
  if (!parsed.success)
    throw new Failure("usage", "--config must be a name of 1 to 63 bytes, for example stack-production");
  return { ...placeOf(settings, name), isConfig: true };
}

async function* bytesOf(file: string): Bytes {
  try {
    for await (const piece of createReadStream(file)) yield piece as Buffer;
  } catch (error) {
    throw new Failure("usage", `cannot read ${file}: ${(error as { message: string }).message}`);
  }
}
