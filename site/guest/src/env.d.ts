/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    /** Guest site: whose page is rendered; absent for the pages that guests share, and in a static build. */
    page?: import('#bookings/model/views/page.ts').PageView;
    /** Guest site: revision at which that view last changed. */
    revision?: number;
  }
}
