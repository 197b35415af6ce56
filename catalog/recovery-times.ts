/**
 * What recovery takes. DigitalOcean promises none of the times: they are assumptions until a drill has measured them.
 *
 * Source of the reach and of the new cluster: DigitalOcean, limits of managed PostgreSQL and "Restore from backups",
 * 2026-05-28, read 2026-11-21.
 */
export const recoveryTimes = {
  /** Days that point-in-time recovery of the platform reaches back. */
  pointInTimeDays: 7,
  /** Minutes between what is written and what point-in-time recovery knows of; assumed. */
  pointInTimeMinutes: 5,
  /** Minutes until a restore's new cluster is there; assumed. */
  clusterMinutes: 10,
  /** Minutes until it holds the data; assumed for a few gigabytes. */
  restoreMinutes: 5,
  /** Minutes until the app has its address, by another `pulumi up`; assumed. */
  switchMinutes: 5,
  /** Minutes of a deployment of the app; assumed. */
  deploymentMinutes: 10,
  /** Seconds until an instance that is started again answers; assumed. */
  startSeconds: 30,
} as const;

/** The platform's own values of a health check. Source: DigitalOcean API description of 2026-08-07. */
export const healthDefaults = { initialDelaySeconds: 0, periodSeconds: 10, failureThreshold: 9 } as const;
