/// <reference types="astro/client" />

declare namespace App {
  /** Crew portal: set by the gate for every page. */
  interface Locals {
    reader: import('#functions/scc/crew-reader.ts').CrewReader;
    /** Whose session it is; undefined without one. */
    member: import('#functions/scc/crew-reader.ts').CrewMember | undefined;
    now: Date;
    isSecure: boolean;
  }
}
