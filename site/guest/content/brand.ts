/** Who invites guests, as every page says it; the picture beside links is drawn from it by `npm run preview-image`. */
export const brand = {
  name: 'Queen of San Diego',
  place: 'San Diego, California',
  /** The front page, for who comes without the address of a charter. */
  home: {
    title: 'Private charters on San Diego Bay',
    heading: 'San Diego Bay, under sail',
    lead: 'Private charters aboard JADA: a few hours of wind, skyline and open water, with a crew that does the work or hands you the wheel.',
    invitation:
      'Find JADA on Boatsetter or GetMyBoat and send us a message there. A person of our crew answers.',
  },
};
