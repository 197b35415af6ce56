/** Who hears of an alert, as the program says it. */
export interface Notifications {
  emails?: string[];
  slacks?: { channel: string; url: string }[];
}

/** Who hears of an alert, as the API says it. */
export interface ApiNotifications {
  email?: string[] | null;
  slack?: { url: string; channel: string }[] | null;
}

/** The API's form. */
export function apiNotifications(
  notifications: Notifications | undefined,
): Required<{ [K in keyof ApiNotifications]: NonNullable<ApiNotifications[K]> }> {
  return { email: notifications?.emails ?? [], slack: notifications?.slacks ?? [] };
}

/** The program's form. */
export function programNotifications({ email, slack }: ApiNotifications): Notifications {
  return {
    ...(email === undefined || email === null || email.length === 0 ? {} : { emails: email }),
    slacks: (slack ?? []).map(({ channel, url }) => ({ channel, url })),
  };
}
