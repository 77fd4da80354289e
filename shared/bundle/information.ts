import { article15Facts, type Article15Facts } from '#shared/data-map/article-15-facts.ts';
import { dataMap } from '#shared/data-map/data-map.ts';
import type { Language } from '#shared/data-map/language.ts';
import type { BundleContent, ControllerFacts, InformationTopic } from './bundle-content.ts';
import { informationTexts } from './information-texts.ts';
import { findAuthority } from './supervisory-authorities.ts';

export type ControllerInformation = {
  readonly controllerId: string;
  readonly name: string;
  readonly contact: string;
  readonly country: string;
  /** The vendor, where it works for the controller. */
  readonly processor?: { readonly name: string; readonly role: string };
  readonly datasets: readonly Article15Facts[];
  readonly rights: readonly string[];
  readonly complaint: string;
  readonly authority?: { readonly name: string; readonly website: string };
  readonly automatedDecisions: string;
  readonly transfers: readonly { readonly recipient: string; readonly safeguard: string }[];
  /** What the controller adds in its own words. */
  readonly ownWords: Partial<Record<InformationTopic, string>>;
};

/** The answer of Art. 15(1)-(2), by controller (G12): the map's facts, and the controllers' own words. */
export function informationOf(content: BundleContent): readonly ControllerInformation[] {
  return content.controllers.map((controller) => informationOfController(content, controller));
}

function informationOfController(content: BundleContent, controller: ControllerFacts): ControllerInformation {
  const { language } = content.request;
  const texts = informationTexts[language];
  const held = content.files.filter(({ controllerId }) => controllerId === controller.controllerId);
  const names = new Set(held.map(({ dataset }) => dataset));
  const datasets = Object.values(dataMap)
    .filter(({ name }) => names.has(name))
    .map((dataset) => article15Facts(dataset, language));
  const authority = findAuthority(controller.country);
  return {
    controllerId: controller.controllerId,
    name: controller.name,
    contact: controller.contact,
    country: controller.country,
    ...(controller.kind === 'site' && {
      processor: { name: content.issuer.name, role: texts.processorRole },
    }),
    datasets,
    rights: texts.rights,
    complaint: texts.complaint(authority && `${authority.name} (${authority.website})`),
    ...(authority && { authority }),
    automatedDecisions: automatedDecisionsOf(controller, names.has('device'), language),
    transfers: transfersOf(datasets),
    ownWords: ownWordsOf(controller, names.has('device')),
  };
}

/** Where sign-ins are judged by device we say how; elsewhere a controller's own statement takes the place of "none". */
function automatedDecisionsOf(
  { information }: ControllerFacts,
  byDevice: boolean,
  language: Language,
): string {
  const texts = informationTexts[language];
  return byDevice
    ? texts.automatedDecisions
    : (information?.automatedDecisions ?? texts.noAutomatedDecisions);
}

/** Nothing is said twice. */
function ownWordsOf({ information }: ControllerFacts, byDevice: boolean): ControllerInformation['ownWords'] {
  const { automatedDecisions, ...others } = information ?? {};
  return byDevice && automatedDecisions !== undefined ? { ...others, automatedDecisions } : others;
}

function transfersOf(datasets: readonly Article15Facts[]): ControllerInformation['transfers'] {
  const safeguards = new Map<string, string>();
  for (const { recipients } of datasets) {
    for (const { name, safeguard } of recipients)
      if (safeguard !== undefined) safeguards.set(name, safeguard);
  }
  return [...safeguards].map(([recipient, safeguard]) => ({ recipient, safeguard }));
}
