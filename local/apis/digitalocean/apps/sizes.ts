/** What an instance of a size has and costs. */
interface InstanceSize {
  readonly slug: string;
  readonly cpus: number;
  readonly gib: number;
  readonly isDedicated: boolean;
  readonly usdPerMonth: number;
  readonly isSingle: boolean;
  readonly transferGib: number;
  readonly isDeprecated: boolean;
}

const size = (
  slug: string,
  usdPerMonth: number,
  transferGib: number,
  options: { isSingle?: boolean } = {},
): InstanceSize => ({
  slug,
  cpus: Number(/(\d+)vcpu/.exec(slug)?.[1]),
  gib: Number(/([\d.]+)gb/.exec(slug)?.[1]),
  isDedicated: slug.startsWith("apps-d-"),
  usdPerMonth,
  isSingle: options.isSingle ?? false,
  transferGib,
  isDeprecated: false,
});

/** Prices in USD a month, transfer in GiB (DigitalOcean API description, 2026-08, instance size examples). */
const current: readonly InstanceSize[] = [
  size("apps-s-1vcpu-0.5gb", 5, 50, { isSingle: true }),
  size("apps-s-1vcpu-1gb-fixed", 10, 100, { isSingle: true }),
  size("apps-s-1vcpu-1gb", 12, 150),
  size("apps-s-1vcpu-2gb", 25, 200),
  size("apps-s-2vcpu-4gb", 50, 250),
  size("apps-d-1vcpu-0.5gb", 29, 100),
  size("apps-d-1vcpu-1gb", 34, 200),
  size("apps-d-1vcpu-2gb", 39, 300),
  size("apps-d-1vcpu-4gb", 49, 400),
  size("apps-d-2vcpu-4gb", 78, 500),
  size("apps-d-2vcpu-8gb", 98, 600),
  size("apps-d-4vcpu-8gb", 156, 700),
  size("apps-d-4vcpu-16gb", 196, 800),
  size("apps-d-8vcpu-32gb", 392, 900),
];

/** Old names with what they mean today (the same description calls them deprecated). */
const deprecated: Readonly<Record<string, string>> = {
  "basic-xxs": "apps-s-1vcpu-0.5gb",
  "basic-xs": "apps-s-1vcpu-1gb-fixed",
  "basic-s": "apps-s-1vcpu-2gb",
  "basic-m": "apps-s-2vcpu-4gb",
  "professional-xs": "apps-s-1vcpu-1gb",
  "professional-s": "apps-s-1vcpu-2gb",
  "professional-m": "apps-s-2vcpu-4gb",
  "professional-1l": "apps-d-1vcpu-4gb",
  "professional-l": "apps-d-2vcpu-8gb",
  "professional-xl": "apps-d-4vcpu-16gb",
};

/** Size of a component that names none. */
export const defaultSize = "apps-s-1vcpu-0.5gb";

/** The size of that name, under its old name too. */
export function instanceSize(slug: string): InstanceSize | undefined {
  const today = Object.hasOwn(deprecated, slug) ? deprecated[slug] : slug;
  const known = current.find((candidate) => candidate.slug === today);
  return known === undefined || today === slug
    ? known
    : { ...known, slug, isDeprecated: true, isSingle: slug.startsWith("basic-") };
}

/** A month is 28 days of seconds when the platform counts what a component costs (App Platform prices, 2026-08). */
const secondsPerMonth = 28 * 24 * 3600;

/** A size as the API shows it. */
function sizeView(one: InstanceSize): Record<string, unknown> {
  const kind = one.isDedicated ? "Dedicated" : "Shared";
  return {
    name: `${kind} ${one.cpus}VCPU ${one.gib}GB${one.slug.endsWith("-fixed") ? " Fixed" : ""}`,
    slug: one.slug,
    cpu_type: kind.toUpperCase(),
    cpus: String(one.cpus),
    memory_bytes: String(one.gib * 2 ** 30),
    usd_per_month: one.usdPerMonth.toFixed(2),
    usd_per_second: (one.usdPerMonth / secondsPerMonth).toFixed(12),
    tier_slug: one.isSingle ? "basic" : "professional",
    ...(one.isDedicated ? { scalable: true } : {}),
    ...(one.isSingle ? { single_instance_only: true } : {}),
    ...(one.isDeprecated ? { deprecation_intent: true } : {}),
    bandwidth_allowance_gib: String(one.transferGib),
  };
}

/** All sizes that new components should use, as the API lists them. */
export const sizeViews = (): Record<string, unknown>[] => current.map(sizeView);

/** One size as the API shows it. */
export function oneSizeView(slug: string): Record<string, unknown> | undefined {
  const known = instanceSize(slug);
  return known === undefined ? undefined : sizeView(known);
}
