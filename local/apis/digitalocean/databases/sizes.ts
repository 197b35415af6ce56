/** What a node of a plan has. Memory in GB. */
interface NodeSize {
  readonly slug: string;
  readonly memory: number;
}

const slugs = [
  "db-s-1vcpu-1gb",
  "db-s-1vcpu-2gb",
  "db-s-2vcpu-4gb",
  "db-s-4vcpu-8gb",
  "db-s-6vcpu-16gb",
  "db-intel-1vcpu-1gb",
  "db-intel-1vcpu-2gb",
  "db-intel-2vcpu-4gb",
  "db-intel-2vcpu-8gb",
  "db-intel-4vcpu-8gb",
  "db-intel-4vcpu-16gb",
  "db-intel-8vcpu-32gb",
  "db-intel-16vcpu-64gb",
  "db-amd-1vcpu-1gb",
  "db-amd-1vcpu-2gb",
  "db-amd-2vcpu-4gb",
  "db-amd-2vcpu-8gb",
  "db-amd-4vcpu-8gb",
  "db-amd-4vcpu-16gb",
  "db-amd-8vcpu-32gb",
  "db-amd-16vcpu-64gb",
  "gd-2vcpu-8gb",
  "gd-4vcpu-16gb",
  "gd-8vcpu-32gb",
  "gd-16vcpu-64gb",
  "gd-32vcpu-128gb",
  "gd-40vcpu-160gb",
  "so1_5-2vcpu-16gb",
  "so1_5-4vcpu-32gb",
  "so1_5-8vcpu-64gb",
  "so1_5-16vcpu-128gb",
  "so1_5-24vcpu-192gb",
  "so1_5-32vcpu-256gb",
];

/** Plans for PostgreSQL nodes (DigitalOcean API description, 2026-08, database options). */
const nodeSizes: readonly NodeSize[] = slugs.map((slug) => ({
  slug,
  memory: Number(/(\d+)gb$/.exec(slug)?.[1]),
}));

/** Plan of that name, if there is one. */
export const nodeSize = (slug: string): NodeSize | undefined => nodeSizes.find((size) => size.slug === slug);

/** Plans that a cluster of so many nodes can have: 1 GB plans have no standby. */
export const sizesFor = (nodes: number): string[] =>
  nodeSizes.filter(({ memory }) => nodes === 1 || memory > 1).map(({ slug }) => slug);

/** What is wrong with a plan for so many nodes, if anything. */
export function planFault(size: string, nodes: number): string | undefined {
  if (nodes < 1 || nodes > 3) return "num_nodes: must be between 1 and 3";
  if (nodeSize(size) === undefined) return `size: "${size}" is not available`;
  if (!sizesFor(nodes).includes(size)) return `num_nodes: size "${size}" allows 1 node only`;
  return undefined;
}

/** Connections that all pools of a cluster share: 25 per GB less 3 (DigitalOcean PostgreSQL limits, 2026-08). */
export const usableConnections = (slug: string): number => 25 * (nodeSize(slug)?.memory ?? 0) - 3;

const includedGib: Readonly<Record<number, number>> = { 1: 10, 2: 30, 4: 60, 8: 140, 16: 290 };

/** Disk that comes with a plan, in MiB (basic plans, DigitalOcean database prices, 2026-08; others by their memory). */
export function includedStorageMib(slug: string): number {
  const memory = nodeSize(slug)?.memory ?? 0;
  return (includedGib[memory] ?? memory * 20) * 1024;
}

/** Lifetime of PostgreSQL versions (DigitalOcean API description, 2026-08, database options). */
export const versionAvailability = [
  { version: "13", end_of_availability: "2025-05-13T00:00:00Z", end_of_life: "2025-11-13T00:00:00Z" },
  { version: "14", end_of_availability: "2026-05-12T00:00:00Z", end_of_life: "2026-11-12T00:00:00Z" },
  { version: "15", end_of_availability: "2027-05-12T00:00:00Z", end_of_life: "2027-11-11T00:00:00Z" },
  { version: "16", end_of_availability: "2028-05-09T00:00:00Z", end_of_life: "2028-11-09T00:00:00Z" },
  { version: "17", end_of_availability: "2029-05-08T00:00:00Z", end_of_life: "2029-11-08T00:00:00Z" },
] as const;

/** Version of a cluster that asks for none. */
export const defaultVersion = "17";

/** Versions that new clusters can have at that time. */
export const availableVersions = (at: Date): string[] =>
  versionAvailability
    .filter(({ end_of_availability }) => new Date(end_of_availability) > at)
    .map(({ version }) => version);
