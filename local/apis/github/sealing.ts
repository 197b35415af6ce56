import sodium from "libsodium-wrappers";
import type { KeyRecord } from "./records.ts";
import type { GitHubState } from "./state.ts";

/** Waits until the cryptography is loaded; everything else here may be called after that. */
export async function sealingReady(): Promise<void> {
  await sodium.ready;
}

/** The Curve25519 key pair of a scope, made when it is first asked for. */
export function keyOf(state: GitHubState, scope: string): KeyRecord {
  const known = state.keys.get(scope);
  if (known !== undefined) return known;
  const pair = sodium.crypto_box_keypair();
  const key: KeyRecord = {
    keyId: String(568_250_000_000 + state.nextId()),
    publicKey: sodium.to_base64(pair.publicKey, sodium.base64_variants.ORIGINAL),
    privateKey: sodium.to_base64(pair.privateKey, sodium.base64_variants.ORIGINAL),
  };
  state.keys.put(scope, key);
  return key;
}

/** What a sealed box holds, or undefined when it was not sealed for this key. */
export function opened(key: KeyRecord, sealed: string): string | undefined {
  const bytes = (text: string): Uint8Array => sodium.from_base64(text, sodium.base64_variants.ORIGINAL);
  try {
    return sodium.to_string(
      sodium.crypto_box_seal_open(bytes(sealed), bytes(key.publicKey), bytes(key.privateKey)),
    );
  } catch {
    // libsodium throws the same for a wrong key, a short box and bytes that are no text.
    return undefined;
  }
}
