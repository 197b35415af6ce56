import type { Origin } from "./origin.ts";

/** What one instance of an App Platform component is. */
export interface AppSizeFacts {
  cpus: number;
  cpuKind: "shared" | "dedicated";
  memoryGiB: number;
  /** Whether more than one instance may run. */
  isCountable: boolean;
  /** Whether the platform can change the number of instances by itself. */
  isAutoscalable: boolean;
  usdPerMonth: number;
  /** Outbound transfer that the price includes. */
  transferGiB: number;
}

const shared = (
  cpus: number,
  memoryGiB: number,
  usdPerMonth: number,
  transferGiB: number,
  isCountable = true,
): AppSizeFacts => ({
  cpus,
  cpuKind: "shared",
  memoryGiB,
  isCountable,
  isAutoscalable: false,
  usdPerMonth,
  transferGiB,
});
const dedicated = (
  cpus: number,
  memoryGiB: number,
  usdPerMonth: number,
  transferGiB: number,
): AppSizeFacts => ({
  cpus,
  cpuKind: "dedicated",
  memoryGiB,
  isCountable: true,
  isAutoscalable: true,
  usdPerMonth,
  transferGiB,
});

/** Where the instance sizes and their prices come from. */
export const appSizesOrigin: Origin = {
  source: "DigitalOcean API description, GET /v2/apps/tiers/instance_sizes",
  date: "2026-08-07",
};

/** Instance sizes of App Platform, smallest first (`single_instance_only` and `scalable` of the API). */
export const appSizes = {
  "apps-s-1vcpu-0.5gb": shared(1, 0.5, 5, 50, false),
  "apps-s-1vcpu-1gb-fixed": shared(1, 1, 10, 100, false),
  "apps-s-1vcpu-1gb": shared(1, 1, 12, 150),
  "apps-s-1vcpu-2gb": shared(1, 2, 25, 200),
  "apps-s-2vcpu-4gb": shared(2, 4, 50, 250),
  "apps-d-1vcpu-0.5gb": dedicated(1, 0.5, 29, 100),
  "apps-d-1vcpu-1gb": dedicated(1, 1, 34, 200),
  "apps-d-1vcpu-2gb": dedicated(1, 2, 39, 300),
  "apps-d-1vcpu-4gb": dedicated(1, 4, 49, 400),
  "apps-d-2vcpu-4gb": dedicated(2, 4, 78, 500),
  "apps-d-2vcpu-8gb": dedicated(2, 8, 98, 600),
  "apps-d-4vcpu-8gb": dedicated(4, 8, 156, 700),
  "apps-d-4vcpu-16gb": dedicated(4, 16, 196, 800),
  "apps-d-8vcpu-32gb": dedicated(8, 32, 392, 900),
} as const satisfies Record<string, AppSizeFacts>;

/** The name of an instance size, such as `apps-s-1vcpu-1gb`. */
export type AppSize = keyof typeof appSizes;

/** Where the former names come from; their successors are matched by processors and memory. */
export const formerAppSizesOrigin: Origin = {
  source: "DigitalOcean API description, apps_instance_size.deprecated",
  date: "2026-08-07",
};

/** Names that the platform no longer sells, and the size that takes the place of each. */
export const formerAppSizes: Readonly<Record<string, AppSize>> = {
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

/** How the platform bills instances: by the second, a month counting 28 days, and at least a minute. */
export const appBilling = {
  secondsPerMonth: 28 * 24 * 3600,
  leastSeconds: 60,
  source: "DigitalOcean community answer that quotes the App Platform documents",
  date: "2026-08-07",
} as const;
