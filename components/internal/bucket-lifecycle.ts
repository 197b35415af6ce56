/** What S3 removes in every bucket by itself; the rule for markers stands alone, since S3 takes it with no other expiry. */
export const leftoverRules = (abortUploadsAfterDays: number) => [
  {
    id: "unfinished-uploads",
    status: "Enabled",
    filter: {},
    abortIncompleteMultipartUpload: { daysAfterInitiation: abortUploadsAfterDays },
  },
  { id: "expired-markers", status: "Enabled", filter: {}, expiration: { expiredObjectDeleteMarker: true } },
];
