import { mdiChevronLeft, mdiChevronRight } from "@mdi/js";
import { html, nothing, svg, type TemplateResult } from "lit";

/** A material design icon, by its path; a label only where no text beside it says the same. */
export const icon = (path: string, label?: string): TemplateResult =>
  html`<svg class="icon ${path === mdiChevronLeft || path === mdiChevronRight ? "onward" : ""}" viewBox="0 0 24 24" role=${label ? "img" : nothing} aria-label=${label ?? nothing} aria-hidden=${label ? nothing : "true"}>${svg`<path d=${path}></path>`}</svg>`;
