import sodium from "libsodium-wrappers";
import type { LocalGitHub } from "./server.ts";

/** What a client sends for a secret: its value sealed for the key that is served at a path. */
export async function sealedFor(
  github: LocalGitHub,
  secretsPath: string,
  value: string,
): Promise<{ encrypted_value: string; key_id: string }> {
  const { key, key_id } = (await github.ask("GET", `${secretsPath}/public-key`)).body as {
    key: string;
    key_id: string;
  };
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  const box = sodium.crypto_box_seal(value, sodium.from_base64(key, ORIGINAL));
  return { encrypted_value: sodium.to_base64(box, ORIGINAL), key_id };
}
