import { invalidParameter } from '../errors.js';
import { flag, list, oneOf, structure, text } from '../input/members.js';
import { required, type Input } from '../input/shape.js';
import type { AttributeSchema } from '../state/state.js';
import { standardAttribute } from './schema.js';

const bound = text({ max: 131_072, pattern: /-?[0-9]{1,15}/ });

const attributeShape = {
  Name: required(text({ min: 1, max: 20, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}]+/u })),
  AttributeDataType: oneOf('String', 'Number', 'DateTime', 'Boolean'),
  DeveloperOnlyAttribute: flag,
  Mutable: flag,
  Required: flag,
  StringAttributeConstraints: structure({ MinLength: bound, MaxLength: bound }),
  NumberAttributeConstraints: structure({ MinValue: bound, MaxValue: bound }),
};

type DeclaredAttribute = Input<typeof attributeShape>;

const MAX_CUSTOM_ATTRIBUTES = 50;

/** CreateUserPool's Schema, and the CustomAttributes of AddCustomAttributes. */
export const declaredAttributes = (max: number) => list(required(structure(attributeShape)), max);

/**
 * A pool's schema from its declaration: standard attributes keep their type, others become custom ones.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SchemaAttributeType.html; throws
 * InvalidParameterException.
 */
export const newSchema = (declared: readonly DeclaredAttribute[]): AttributeSchema[] =>
  withoutDuplicates(
    declared.map((attribute) => {
      const standard = standardAttribute(attribute.Name);
      return standard ? changedStandard(standard, attribute) : customAttribute(attribute);
    }),
  );

/** The schema with more custom attributes, `email` becoming `custom:email`. Throws InvalidParameterException. */
export const extendSchema = (schema: readonly AttributeSchema[], declared: readonly DeclaredAttribute[]) =>
  withoutDuplicates([...schema, ...declared.map(customAttribute)]);

function changedStandard(standard: AttributeSchema, declared: DeclaredAttribute): AttributeSchema {
  const { Name, AttributeDataType = standard.type, DeveloperOnlyAttribute, Mutable, Required } = declared;
  if (AttributeDataType !== standard.type || DeveloperOnlyAttribute === true)
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${Name}`,
    );
  return {
    ...standard,
    mutable: Mutable ?? standard.mutable,
    required: Required ?? standard.required,
    ...bounds(standard.type, declared),
  };
}

function customAttribute(declared: DeclaredAttribute): AttributeSchema {
  const { Name, AttributeDataType: type = 'String', DeveloperOnlyAttribute: developerOnly = false } = declared;
  if (declared.Required === true) throw invalidParameter('Required custom attributes are not supported currently.');
  return {
    name: `${developerOnly ? 'dev:' : ''}custom:${Name}`,
    type,
    mutable: declared.Mutable ?? true,
    required: false,
    developerOnly,
    ...bounds(type, declared),
  };
}

/** The constraints that belong to the type. */
function bounds(type: AttributeSchema['type'], declared: DeclaredAttribute): Pick<AttributeSchema, 'min' | 'max'> {
  const { StringAttributeConstraints: length = {}, NumberAttributeConstraints: range = {} } = declared;
  if (type === 'String') return limits(declared.Name, length.MinLength, length.MaxLength);
  if (type === 'Number') return limits(declared.Name, range.MinValue, range.MaxValue);
  return {};
}

function limits(name: string, min: string | undefined, max: string | undefined): Pick<AttributeSchema, 'min' | 'max'> {
  if (min !== undefined && max !== undefined && Number(min) > Number(max))
    throw invalidParameter(`Invalid constraints of attribute ${name}: the minimum is greater than the maximum.`);
  return { ...(min !== undefined && { min: Number(min) }), ...(max !== undefined && { max: Number(max) }) };
}

function withoutDuplicates(schema: AttributeSchema[]): AttributeSchema[] {
  const names = new Set<string>();
  for (const { name } of schema) {
    if (names.has(name)) throw invalidParameter(`${name}: Existing attribute already has name ${name}.`);
    names.add(name);
  }
  if (schema.filter(({ name }) => name.includes(':')).length > MAX_CUSTOM_ATTRIBUTES)
    throw invalidParameter(`A user pool has at most ${MAX_CUSTOM_ATTRIBUTES} custom attributes.`);
  return schema;
}
