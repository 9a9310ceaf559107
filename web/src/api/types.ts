/** The server's nouns under their glossary names; everything here comes from the generated document. */
import type { components } from './schema'

type Schemas = components['schemas']

export type User = Schemas['UserOut']
export type SignedIn = Schemas['AuthOut']
export type Setup = Schemas['SetupOut']
export type ApiKey = Schemas['KeyOut']
export type NewApiKey = Schemas['NewKeyOut']
export type Preset = Schemas['PresetOut']
export type Model = Schemas['ServedModelOut']
export type Channel = Schemas['ChannelOut']
export type ChannelIn = Schemas['ChannelIn']
export type ChannelTest = Schemas['TestOut']
export type Session = Schemas['SessionOut']
export type Message = Schemas['MessageOut']
export type Part = Schemas['PartOut']
export type Turn = Schemas['Exchange']
export type ConfigurationDocument = Schemas['ConfigurationOut']
export type ConfigurationFile = Schemas['ConfigurationFile']
export type ImportedConfiguration = Schemas['ImportOut']
