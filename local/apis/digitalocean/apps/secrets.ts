import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { unprocessable } from "../errors.ts";
import type { AppSpec, componentsOf, EnvSpec } from "./spec.ts";

const form = /^EV\[1:([A-Za-z0-9+/]+={0,2}):([A-Za-z0-9+/]+={0,2})\]$/;

/** Whether a value says of itself that App Platform sealed it. */
const isSealed = (value: string): boolean => value.startsWith("EV[");

/** Seals a text with AES-256-GCM as `EV[1:<nonce>:<ciphertext and tag>]`, both base64. @param key - 32 bytes */
export function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `EV[1:${nonce.toString("base64")}:${sealed.toString("base64")}]`;
}

/** Opens what {@link seal} made with the same key; undefined for anything else, changed texts included. */
export function unseal(key: Buffer, value: string): string | undefined {
  const [, nonce, sealed] = form.exec(value) ?? [];
  if (nonce === undefined || sealed === undefined) return undefined;
  const bytes = Buffer.from(sealed, "base64");
  const nonceBytes = Buffer.from(nonce, "base64");
  if (bytes.length < 16 || nonceBytes.length !== 12) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, nonceBytes);
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
  } catch {
    // The tag does not fit: not made with this key, or changed since.
    return undefined;
  }
}

/** Applies a change to every secret of a spec: SECRET variables and registry credentials. GENERAL ones stay. */
function mapSecrets(spec: AppSpec, change: (value: string, where: string) => string): AppSpec {
  const envs = (list: readonly EnvSpec[] | undefined, owner: string): { envs?: EnvSpec[] } =>
    list === undefined
      ? {}
      : {
          envs: list.map((env) =>
            env.type === "SECRET" && env.value !== undefined && env.value !== ""
              ? { ...env, value: change(env.value, `${owner}variable "${env.key}"`) }
              : env,
          ),
        };
  const component = <C extends ReturnType<typeof componentsOf>[number]["spec"]>(one: C): C => {
    const credentials = one.image?.registry_credentials;
    return {
      ...one,
      ...envs(one.envs, `component "${one.name}": `),
      ...(one.image === undefined || credentials === undefined || credentials === ""
        ? {}
        : {
            image: {
              ...one.image,
              registry_credentials: change(credentials, `component "${one.name}": registry_credentials`),
            },
          }),
    };
  };
  return {
    ...spec,
    ...envs(spec.envs, ""),
    ...(spec.services === undefined ? {} : { services: spec.services.map(component) }),
    ...(spec.static_sites === undefined ? {} : { static_sites: spec.static_sites.map(component) }),
    ...(spec.workers === undefined ? {} : { workers: spec.workers.map(component) }),
    ...(spec.jobs === undefined ? {} : { jobs: spec.jobs.map(component) }),
  };
}

/** Seals every secret that is still in clear. One that is sealed stays as it is, if this account sealed it. */
export const sealedSpec = (key: Buffer, spec: AppSpec): AppSpec =>
  mapSecrets(spec, (value, where) => {
    if (!isSealed(value)) return seal(key, value);
    if (unseal(key, value) === undefined) {
      throw unprocessable(`${where} has an encrypted value that this account did not make`);
    }
    return value;
  });

/** Opens every secret, for the process that needs it. */
export const openSpec = (key: Buffer, spec: AppSpec): AppSpec =>
  mapSecrets(spec, (value, where) => {
    const text = unseal(key, value);
    if (text === undefined) throw unprocessable(`${where} has an encrypted value that cannot be decrypted`);
    return text;
  });
