/** Where the stack file says that something is taken over, by the end of the resource's type with that of its component. */
const adoptions: readonly (readonly [type: RegExp, path: string, what: string, list: string])[] = [
  [/:Network\$.*:Vpc$/, "network.import", "the id of a network that is there", "doctl vpcs list"],
  [/:DatabaseCluster$/, "database.import.id", "the id of a cluster that is there", "doctl databases list"],
  [/:DatabaseDb$/, "database.import.databases", "databases that the cluster has", "doctl databases db list"],
  [/:DatabaseUser$/, "database.import.users", "users that the cluster has", "doctl databases user list"],
  [
    /:DatabaseConnectionPool$/,
    "database.import.pools",
    "pools that the cluster has",
    "doctl databases pool list",
  ],
  [/:WebApp\$.*:App$/, "app.import", "the id of an app that is there", "doctl apps list"],
  [/:FileStore\$.*:Bucket$/, "files.import", "about a bucket that is there", "aws s3 ls"],
  [/:Bucket$/, "backups.import", "about a bucket that is there", "aws s3 ls"],
  [/:Dns\$.*:Domain$/, "dns.import", "about a zone that is there", "doctl compute domain list"],
];

/** What the engine (3.253.0) says of a protected resource that a change deletes or replaces. */
const keptForms = [
  /resource "([^"]+)" cannot be deleted\s+because it is protected\./,
  /unable to replace resource "([^"]+)"\s+(?:as part of replacing "[^"]*"\s+)?as it is currently marked for protection\./,
];

/**
 * What the engine says of an import that the platform does not know, or of a protected resource that would go, in the
 * words of the stack file; every other text as it is.
 */
export function inStackFileWords(text: string, urn: string | undefined): string {
  const kept = keptUrn(text);
  if (kept !== undefined) return keptText(kept);
  const [, id] = /^resource '([^']*)' does not exist$/.exec(text.trim()) ?? [];
  const type = urn?.split("::")[2] ?? "";
  const known = adoptions.find(([form]) => form.test(type));
  if (id === undefined || known === undefined) return text;
  const [, path, what, list] = known;
  // What is in a cluster is known by the cluster's id and its own name.
  const got = id.split(",").at(-1);
  return `${path}: must be ${what}; got ${got}: \`${list}\` lists them; leave it out to have a new one made`;
}

const keptUrn = (text: string): string | undefined =>
  keptForms.map((form) => form.exec(text)?.[1]).find((urn) => urn !== undefined);

function keptText(urn: string): string {
  const [stack = "", , types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  const type = types.split(":").at(-1);
  return `${type} ${name.join("::")}: must stay, since ${stack} is protected: put it back into the settings; to give it up on purpose at the platform, back it up, have an owner run \`pulumi state unprotect --stack ${stack} '${urn}'\`, and preview again`;
}
