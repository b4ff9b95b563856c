/// <reference types="astro/client" />

declare namespace App {
  /** Crew portal: set by the gate for every page. */
  interface Locals {
    reader: import('#functions/scc/crew-reader.ts').CrewReader;
    /** Whose session it is; undefined without one. */
    member: import('#functions/scc/crew-reader.ts').CrewMember | undefined;
    /** What forms of this session carry; empty without one. */
    csrf: string;
    /** Private https address of the calendar of the session's member; undefined without one. */
    feedUrl: string | undefined;
    /** What `?notice=` says, of the closed list. */
    notice: import('#functions/scc/notices.ts').Notice | undefined;
    photosOrigin: string;
    now: Date;
    isSecure: boolean;
  }
}
