import { generateKeyPairSync } from "node:crypto";

/** A pair of keys of age: what the first encrypts, the second opens. */
export interface AgeKeys {
  readonly recipient: string;
  readonly identity: string;
}

/** Makes a pair of X25519 keys in the form that age prints them. */
export function newAgeKeys(): AgeKeys {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? "", "base64url");
  return {
    recipient: bech32("age", bytes(publicKey.export({ format: "jwk" }).x)),
    identity: bech32("age-secret-key-", bytes(privateKey.export({ format: "jwk" }).d)).toUpperCase(),
  };
}

const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** @see https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki (2026-11-21) */
function bech32(prefix: string, data: Buffer): string {
  const bits = [...data].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const words = (bits.match(/.{1,5}/g) ?? []).map((group) => Number.parseInt(group.padEnd(5, "0"), 2));
  const letters = [...Buffer.from(prefix)];
  const expanded = [...letters.map((code) => code >> 5), 0, ...letters.map((code) => code & 31)];
  const check = checksum([...expanded, ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const tail = [5, 4, 3, 2, 1, 0].map((place) => (check >> (5 * place)) & 31);
  return `${prefix}1${[...words, ...tail].map((word) => alphabet[word]).join("")}`;
}

const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function checksum(words: readonly number[]): number {
  let sum = 1;
  for (const word of words) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ word;
    for (const [bit, generator] of generators.entries()) if ((top >>> bit) & 1) sum ^= generator;
  }
  return sum;
}
