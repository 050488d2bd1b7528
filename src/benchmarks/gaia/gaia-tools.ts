// What an agent needs for GAIA without the internet: attached files, arithmetic and, where the model takes them, images.

import type { Tool } from '../../agents/tool.js';
import { calculateTool } from '../../agents/tools/calculate.js';
import { readFileTool } from '../../agents/tools/read-file.js';
import { viewImageTool } from '../../agents/tools/view-image.js';
import { WatersmeetError } from '../../core/failures.js';
import type { JsonObject } from '../../core/json.js';

/**
 * @param options `images: true` adds a tool that shows images to the agent's model, which must take them.
 * @throws WatersmeetError 'input.invalid' for any other option.
 */
export function gaiaTools(options: JsonObject): readonly Tool[] {
  const { images = false, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new WatersmeetError('input.invalid', `The tools of GAIA have no option "${unknown}". They have: images (true or false).`);
  if (typeof images !== 'boolean')
    throw new WatersmeetError('input.invalid', `The option "images" of GAIA's tools is ${JSON.stringify(images)}. Use true or false.`);
  return [readFileTool(), calculateTool(), ...(images ? [viewImageTool()] : [])];
}
