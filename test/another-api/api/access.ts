import { defineAccess } from '../../../app/platform/contract/pools.js';
import { product } from './product.js';

export const access = defineAccess(product.name, {
  readers: {
    signIn: { aliases: ['email'], selfRegistration: true },
  },
  librarians: {
    groups: { curators: 'May end loans of others.', interns: 'May look.' },
  },
  partners: {
    scopes: { 'loans.read': 'Read all loans.', 'loans.count': 'Count the loans.' },
    machines: {
      catalogue: { scopes: ['loans.read', 'loans.count'] },
      statistics: { scopes: ['loans.count'] },
    },
  },
});

export const { readers, librarians, partners } = access.pools;
