import type { Query } from '../query.ts';

export interface ApplicationPlaces {
  readonly application: string;
  /** As `upstreams.<name>.urls` takes them; none while nobody serves. Null: there is no such application any more. */
  readonly urls: readonly string[] | null;
}

/** Where an application is from now on. */
export const applicationPlaces: Query = {
  name: 'application-places',
  answer(gateway, parameters) {
    // Made by the supervisor, in this program.
    const { application, urls } = parameters as ApplicationPlaces;
    gateway.announce(application, urls ?? undefined);
    return { isDone: true };
  },
};

/** What has been sent to the processes of applications, and how much is under way: also to those that are leaving. */
export const applicationLoad: Query = {
  name: 'application-load',
  answer: (gateway) => gateway.applicationLoad(),
};
