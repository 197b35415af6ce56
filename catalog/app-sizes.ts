/** What one instance of an App Platform component is. */
export interface AppSizeFacts {
  cpus: number;
  cpuKind: "shared" | "dedicated";
  memoryGiB: number;
  /** Whether more than one instance may run. */
  isCountable: boolean;
  /** Whether the platform can change the number of instances by itself. */
  isAutoscalable: boolean;
}

const shared = (cpus: number, memoryGiB: number, isCountable: boolean): AppSizeFacts => ({
  cpus,
  cpuKind: "shared",
  memoryGiB,
  isCountable,
  isAutoscalable: false,
});
const dedicated = (cpus: number, memoryGiB: number): AppSizeFacts => ({
  cpus,
  cpuKind: "dedicated",
  memoryGiB,
  isCountable: true,
  isAutoscalable: true,
});

/**
 * Instance sizes of App Platform, smallest first.
 *
 * Source: DigitalOcean API description of 2026-08-07 (`GET /v2/apps/tiers/instance_sizes`: `single_instance_only`,
 * `scalable`).
 */
export const appSizes = {
  "apps-s-1vcpu-0.5gb": shared(1, 0.5, false),
  "apps-s-1vcpu-1gb-fixed": shared(1, 1, false),
  "apps-s-1vcpu-1gb": shared(1, 1, true),
  "apps-s-1vcpu-2gb": shared(1, 2, true),
  "apps-s-2vcpu-4gb": shared(2, 4, true),
  "apps-d-1vcpu-0.5gb": dedicated(1, 0.5),
  "apps-d-1vcpu-1gb": dedicated(1, 1),
  "apps-d-1vcpu-2gb": dedicated(1, 2),
  "apps-d-1vcpu-4gb": dedicated(1, 4),
  "apps-d-2vcpu-4gb": dedicated(2, 4),
  "apps-d-2vcpu-8gb": dedicated(2, 8),
  "apps-d-4vcpu-8gb": dedicated(4, 8),
  "apps-d-4vcpu-16gb": dedicated(4, 16),
  "apps-d-8vcpu-32gb": dedicated(8, 32),
} as const satisfies Record<string, AppSizeFacts>;

/** The name of an instance size, such as `apps-s-1vcpu-1gb`. */
export type AppSize = keyof typeof appSizes;

/**
 * Names that the platform no longer sells, and the size that each one was.
 *
 * Source: DigitalOcean API description of 2026-08-07 (`apps_instance_size.deprecated`), matched by CPU and memory.
 */
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
