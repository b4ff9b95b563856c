/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    /** Guest site: whose page is rendered, in the language that is wanted; absent for the pages that guests share, and in a static build. */
    page?: import('#bookings/model/views/page.ts').PageView;
    /** At which the page last changed. */
    revision?: number;
    /** Origin of the photos' bucket. */
    photosOrigin: string;
    /** Guest site: its own address, without a slash at the end. */
    guestUrl: string;
  }
}
