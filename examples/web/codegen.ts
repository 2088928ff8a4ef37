import type { CodegenConfig } from '@graphql-codegen/cli';

export default {
  schema: '../../schema.graphql',
  documents: 'src/*.tsx',
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'read' } },
      config: {
        // Every scalar of the API travels as text. One that is not named here is an error, and not `any`.
        scalars: { Date: 'string', DateTime: 'string', LanguageTag: 'string', TimeZone: 'string', URL: 'string' },
        strictScalars: true,
        avoidOptionals: { field: true }, // what is selected is there, or null
        skipTypename: true,
        enumsAsTypes: true,
        useTypeImports: true,
      },
    },
  },
} satisfies CodegenConfig;
